package agency

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// object is a JSON object with its field names as they are. encoding/json would
// fill a field "Title" from a key "title"; a map does not.
type object map[string]any

var errNotObject = errors.New("the record is not a JSON object")

// decodeObject reads one record: string, json.Number, bool, nil, []any and
// object. It refuses a key that occurs twice and deep nesting.
func decodeObject(raw []byte) (object, error) {
	if !json.Valid(raw) { // the token reader below is laxer than JSON
		return nil, errors.New("the record is not valid JSON")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := decodeValue(d, 1)
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, errNotObject
	}
	return o, nil
}

func decodeValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth+1 {
		return nil, fmt.Errorf("the record is nested deeper than %d", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		return decodeMembers(d, depth)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := decodeValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return t, nil
}

func decodeMembers(d *json.Decoder, depth int) (any, error) {
	o := object{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key := t.(string) // JSON has no other keys, and it is valid
		if _, twice := o[key]; twice {
			return nil, fmt.Errorf("the record has the field %q twice", key)
		}
		if o[key], err = decodeValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return o, err
}

// digest is the SHA-256 of a record in canonical form: keys sorted, null, "",
// [] and {} left out at every level, numbers as written. Carriers drop empty
// fields and reorder keys; neither is a change.
func digest(o object) string {
	v, _ := canonical(o)
	b, err := json.Marshal(v)
	if err != nil {
		panic("agency: a decoded record cannot be marshalled: " + err.Error()) // it came from JSON: cannot happen
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// canonical returns v without its empty parts, and whether anything is left.
func canonical(v any) (any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, false
	case string:
		return v, v != ""
	case []any:
		out := []any{}
		for _, e := range v {
			if c, ok := canonical(e); ok {
				out = append(out, c)
			}
		}
		return out, len(out) > 0
	case object:
		out := map[string]any{} // encoding/json sorts the keys of a map
		for k, e := range v {
			if c, ok := canonical(e); ok {
				out[k] = c
			}
		}
		return out, len(out) > 0
	}
	return v, true
}

// fields reads a record field by field and keeps the first mistake: a field of
// another type means that the agency changed its format, and guessing on would
// drop content in silence.
type fields struct {
	o   object
	err error
}

func (f *fields) wrong(key string, v any, want string) {
	if f.err == nil {
		f.err = fmt.Errorf("the field %q is %s, not %s", key, kindName(v), want)
	}
}

func kindName(v any) string {
	switch v.(type) {
	case string:
		return "text"
	case json.Number:
		return "a number"
	case bool:
		return "a truth value"
	case []any:
		return "a list"
	case object:
		return "an object"
	}
	return "nothing"
}

// raw is a field as text, uncleaned; a number is its digits. Absent is "".
func (f *fields) raw(key string) string {
	switch v := f.o[key].(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	default:
		f.wrong(key, v, "text")
		return ""
	}
}

func (f *fields) line(key string) string  { return line(f.raw(key)) }
func (f *fields) prose(key string) string { return prose(f.raw(key)) }

// list is a field that holds objects. Absent, null and "" are empty lists.
func (f *fields) list(key string) []*fields {
	v := f.o[key]
	if v == nil || v == "" {
		return nil
	}
	elems, ok := v.([]any)
	if !ok {
		f.wrong(key, v, "a list")
		return nil
	}
	var out []*fields
	for _, e := range elems {
		o, ok := e.(object)
		if !ok {
			f.wrong(key, e, "an object in a list")
			return nil
		}
		out = append(out, &fields{o: o})
	}
	return out
}

// each calls fn with every element of a list and keeps the mistakes made there.
func (f *fields) each(key string, fn func(e *fields)) {
	for _, e := range f.list(key) {
		fn(e)
		if e.err != nil && f.err == nil {
			f.err = fmt.Errorf("in %q: %w", key, e.err)
		}
	}
}

// names are the non-empty values of one field over a list of objects.
func (f *fields) names(key, sub string) []string {
	var out []string
	f.each(key, func(e *fields) {
		if s := e.prose(sub); s != "" {
			out = append(out, s)
		}
	})
	return out
}
