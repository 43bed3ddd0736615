package match

import _ "embed"

//go:embed WORDNET-LICENSE
var wordNetNotice string

// Notice is the copyright notice and licence of the parts of this package that
// are derived from WordNet. It must go with every copy of the program.
func Notice() string { return wordNetNotice }
