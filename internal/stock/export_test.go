package stock

// Vain is how many lines were read for nothing, in search of a closing quote.
func (rd *Reader) Vain() int { return rd.lines.vain }
