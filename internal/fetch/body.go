package fetch

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// body reads the whole answer under the watch of the clock and the caps. Its
// error stands beside the bytes that came, for an error page that was cut off.
func (c *Client) body(ctx context.Context, stall context.CancelCauseFunc, resp *http.Response, maxBytes int64) ([]byte, error) {
	watched := &watchedReader{
		r: resp.Body, idle: c.timeouts.Idle, window: c.timeouts.RateWindow, minRate: c.timeouts.MinRate,
		since: time.Now(),
	}
	watched.timer = time.AfterFunc(c.timeouts.Idle, func() { stall(errIdle) })
	defer watched.timer.Stop()

	var r io.Reader = watched
	switch encoding := strings.ToLower(resp.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		r = &limitedReader{r: r, left: maxBytes}
	case "gzip", "x-gzip":
		gz, err := Gunzip(r, Caps{Bytes: maxBytes})
		if err != nil {
			return nil, err
		}
		r = gz
	default:
		return nil, errEncoding
	}
	var buf bytes.Buffer
	if n := resp.ContentLength; n > 0 && n <= maxBytes {
		buf.Grow(int(n) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(r)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause // "context canceled" hides why
	}
	return buf.Bytes(), err
}

// watchedReader gives up a body that stops (the timer cancels the request) or
// drips (each window of time must bring its share of bytes).
type watchedReader struct {
	r       io.Reader
	timer   *time.Timer
	idle    time.Duration
	window  time.Duration
	minRate int64
	since   time.Time // start of the running window
	got     int64     // bytes within it
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil {
		return n, err
	}
	if n > 0 {
		w.timer.Reset(w.idle)
	}
	w.got += int64(n)
	if d := time.Since(w.since); d >= w.window {
		if float64(w.got) < float64(w.minRate)*d.Seconds() {
			return n, errSlow
		}
		w.since, w.got = time.Now(), 0
	}
	return n, nil
}
