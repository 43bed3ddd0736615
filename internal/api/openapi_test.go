package api_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

func TestOpenAPI(t *testing.T) {
	w := lite(t).do("GET", "/api/openapi.json", "")
	const golden = "testdata/openapi.json"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, w.Body.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if w.Body.String() != string(want) {
		t.Errorf("the OpenAPI document is not %s: look at the change, then run with -update", golden)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal(want, &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Errorf("version %q, %v, want 3.1.0", doc.OpenAPI, err)
	}
	for _, p := range []string{"/api/v1/check", "/api/v1/recalls", "/api/v1/recalls/{id}", "/api/v1/agencies", "/livez", "/readyz"} {
		if doc.Paths[p] == nil {
			t.Errorf("the document lacks %s", p)
		}
	}
}

// TestNoValueMeansSafe looks through every closed list of the document.
func TestNoValueMeansSafe(t *testing.T) {
	var doc any
	if err := json.Unmarshal(lite(t).do("GET", "/api/openapi.json", "").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	lists := 0
	promise := regexp.MustCompile(`(?i)safe|clear|good|harmless|passed`)
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if enum, ok := v["enum"].([]any); ok {
				lists++
				for _, e := range enum {
					if promise.MatchString(e.(string)) {
						t.Errorf("the value %q in %v", e, enum)
					}
				}
			}
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(doc)
	if lists < 5 {
		t.Errorf("%d closed lists, want at least 5", lists)
	}
}

// conforms holds a real answer against the OpenAPI document.
func (s *site) conforms(method, path string, w *httptest.ResponseRecorder) {
	s.t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct{ Schema *schema }
			}
		}
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(s.do("GET", "/api/openapi.json", "").Body.Bytes(), &doc); err != nil {
		s.t.Fatal(err)
	}
	path, _, _ = strings.Cut(path, "?")
	if strings.HasPrefix(path, "/api/v1/recalls/") {
		path = "/api/v1/recalls/{id}"
	}
	response, ok := doc.Paths[path][strings.ToLower(method)].Responses[strconv.Itoa(w.Code)]
	if !ok {
		s.t.Errorf("%s %s: the document does not know status %d", method, path, w.Code)
		return
	}
	media, ok := response.Content[w.Header().Get("Content-Type")]
	if !ok {
		s.t.Errorf("%s %s: the document does not know Content-Type %q", method, path, w.Header().Get("Content-Type"))
		return
	}
	var body any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		s.t.Fatal(err)
	}
	for _, problem := range validate(doc.Components.Schemas, media.Schema, body, "body") {
		s.t.Errorf("%s %s: %s", method, path, problem)
	}
}

// schema is as much of JSON Schema as the document uses.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any    // a name or a list of names
	Enum       []any
	Properties map[string]*schema
	Required   []string
	Items      *schema
}

func (s *schema) allows(name string) bool {
	list, ok := s.Type.([]any)
	return s.Type == name || ok && slices.Contains(list, any(name))
}

// validate is a second opinion: it reads the document as it is served, not the
// Go types that both the document and the answers come from.
func validate(all map[string]*schema, s *schema, v any, at string) (problems []string) {
	if s == nil {
		return []string{at + " is not in the document"}
	}
	if s.Ref != "" {
		return validate(all, all[strings.TrimPrefix(s.Ref, "#/components/schemas/")], v, at)
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		return []string{at + " has a value outside of the closed list"}
	}
	if got := typeOf(v); !s.allows(got) && (got != "number" || !s.allows("integer")) {
		return []string{fmt.Sprintf("%s is of type %s, want %v", at, got, s.Type)}
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				problems = append(problems, at+" lacks "+name)
			}
		}
		for name, x := range v {
			problems = append(problems, validate(all, s.Properties[name], x, at+"."+name)...)
		}
	case []any:
		for i, x := range v {
			problems = append(problems, validate(all, s.Items, x, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	return problems
}

func typeOf(v any) string {
	switch v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		return "number"
	}
	return "null"
}
