package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/babyshield/babyshield"
)

// config switches off what huma would serve by itself (a documentation page that
// loads scripts from elsewhere, schema links made from the Host header) and sets
// our own JSON.
func config(version string) huma.Config {
	c := huma.DefaultConfig("BabyShield", version)
	c.Info.Description = "Is this product recalled? Answers with their evidence and with what was looked at. No answer means that a product is without danger."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	c.Transformers = []huma.Transformer{withoutValues}
	c.RejectUnknownQueryParameters = true // "agancy=us-cpsc" must not list everything
	return c
}

// jsonFormat is encoding/json with a limit on the depth of what comes in, and
// without escapes for HTML in what goes out.
var jsonFormat = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(v)
	},
	Unmarshal: func(data []byte, v any) error {
		if tooDeep(data) {
			return errors.New("the JSON is nested too deep")
		}
		return json.Unmarshal(data, v)
	},
}

// maxDepth is how deep JSON may be nested. No form of ours needs more than five.
const maxDepth = 32

// tooDeep looks at brackets outside of strings; what is no JSON at all is left to
// the decoder to say.
func tooDeep(data []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// serveDocument serves the OpenAPI document, completed by what Go types cannot
// say. It must be called when all operations are registered.
func serveDocument(doc *huma.OpenAPI) http.Handler {
	complete(doc.Components.Schemas)
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic("api: the OpenAPI document cannot be marshalled: " + err.Error()) // it is made of strings: cannot happen
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text) // the client is gone: nobody is left to tell
	})
}

// complete writes the closed lists into the schemas, and that lists are never
// null and an item's fields may be.
func complete(r huma.Registry) {
	schemas := r.Map()
	for _, s := range schemas {
		for _, p := range s.Properties {
			if p.Type == huma.TypeArray {
				p.Nullable = false
			}
		}
	}
	for _, p := range schemas["CheckRequest"].Properties {
		p.Nullable = true
	}
	enum(schemas["Answer"], "status",
		babyshield.StatusAffected, babyshield.StatusCheck, babyshield.StatusPossible,
		babyshield.StatusNoMatch, babyshield.StatusNotChecked, babyshield.StatusNotCovered)
	enum(schemas["AnswerMatch"], "verdict", babyshield.VerdictAffected, babyshield.VerdictCheck, babyshield.VerdictPossible)
	enum(schemas["Checked"], "state",
		babyshield.FeedOK, babyshield.FeedFailing, babyshield.FeedStale, babyshield.FeedNever, babyshield.FeedDisabled)
	enum(schemas["Hazard"], "code", babyshield.HazardCodes...)
	enum(schemas["Remedy"], "code", babyshield.RemedyCodes...)
}

func enum[T ~string](s *huma.Schema, property string, values ...T) {
	for _, v := range values {
		s.Properties[property].Enum = append(s.Properties[property].Enum, string(v))
	}
}
