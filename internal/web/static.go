package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// asset is a file with its digest in its name, so that it may be cached for ever.
type asset struct {
	kind string
	body []byte
}

var (
	assets    = map[string]asset{}
	styleLink = addAsset("style.css", "text/css; charset=utf-8")
	iconLink  = addAsset("icon.svg", "image/svg+xml")
)

// addAsset returns the address under which the file is served.
func addAsset(name, kind string) string {
	body, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		panic("web: " + err.Error()) // embedded: cannot happen
	}
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	assets[hashed] = asset{kind: kind, body: body}
	return "/static/" + hashed
}

var static http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	a, ok := assets[r.PathValue("file")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(a.body) // the reader is gone: nobody is left to tell
})
