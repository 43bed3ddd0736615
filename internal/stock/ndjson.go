package stock

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// openJSON takes the keys of the first object as the header.
func (rd *Reader) openJSON(name string) error {
	first, err := rd.firstLine()
	if err != nil {
		return fmt.Errorf("opening the list %s: %w", name, err)
	}
	rd.lines.putBack([]line{first})
	keys, _, err := object(first.text)
	if err != nil {
		return babyshield.Errorf(babyshield.Invalid, "The first line of %s is not a JSON object: %v.", name, err)
	}
	return rd.setHeader(name, keys)
}

// nextJSON reads the next object. A key that the first object has not is added
// to the item where it is known, and is in no cell.
func (rd *Reader) nextJSON() (Row, error) {
	l, err := rd.firstLine()
	if err != nil {
		return Row{}, err
	}
	cells := make([]string, len(rd.header))
	row := Row{Line: l.number, Cells: cells}
	if l.long {
		row.Problem = fmt.Sprintf("the line is longer than %d bytes", maxLine)
		return row, nil
	}
	keys, values, err := object(l.text)
	if err != nil {
		row.Problem = fmt.Sprintf("the line is not a JSON object: %v", err)
		return row, nil
	}
	var late []int
	for i, k := range keys {
		if at := slices.Index(rd.header, k); at >= 0 {
			cells[at] = values[i]
		} else {
			late = append(late, i)
		}
	}
	rd.fill(&row, cells)
	for _, i := range late {
		c := readHeader(keys[i : i+1]).list[0]
		if c.refused || c.key == "" {
			continue
		}
		if f := row.Item.Field(c.key); *f == "" {
			*f = rd.clean(&row, &c, values[i], "")
		}
	}
	row.Item.Clean()
	return row, nil
}

// object reads one JSON object with its keys in order. Numbers keep their
// digits, null is empty, nested values keep their JSON.
func object(s string) (keys, values []string, err error) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, fmt.Errorf("it does not begin with {")
	}
	for dec.More() {
		k, err := dec.Token()
		if err != nil {
			return nil, nil, fmt.Errorf("reading a key: %w", err)
		}
		key, _ := k.(string) // the decoder gives nothing else here
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, nil, fmt.Errorf("reading the value of %q: %w", clip(key), err)
		}
		if len(keys) == maxColumns {
			return nil, nil, fmt.Errorf("it has more than %d keys", maxColumns)
		}
		keys, values = append(keys, key), append(values, scalar(raw))
	}
	if _, err := dec.Token(); err != nil {
		return nil, nil, fmt.Errorf("reading its end: %w", err)
	}
	if rest := strings.TrimSpace(s[dec.InputOffset():]); rest != "" {
		return nil, nil, fmt.Errorf("there is text after it")
	}
	return keys, values, nil
}

func scalar(raw json.RawMessage) string {
	s := strings.TrimSpace(string(raw))
	if s == "null" {
		return ""
	}
	var text string
	if strings.HasPrefix(s, `"`) && json.Unmarshal(raw, &text) == nil {
		return text
	}
	return s
}
