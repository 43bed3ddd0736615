package main

import (
	"context"
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/babyshield/babyshield/internal/store"
)

// metrics counts requests and tells the state of the agencies and of the queue.
// Labels are routes, codes and agencies: never what anybody asked for.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(s *store.Store, now func() time.Time) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "babyshield_http_requests_total", Help: "Requests by route and status.",
		}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "babyshield_http_request_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.005, .025, .1, .3, 1, 3, 10},
		}, []string{"route"}),
	}
	m.registry.MustRegister(
		m.requests, m.seconds, &storeMetrics{store: s, now: now},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// count wraps what is served. The route is the pattern under which main mounted
// what took the request, so that no address becomes a label.
func (m *metrics) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			m.requests.WithLabelValues(r.Pattern, strconv.Itoa(seen.status)).Inc()
			m.seconds.WithLabelValues(r.Pattern).Observe(time.Since(began).Seconds())
		}()
		next.ServeHTTP(seen, r)
	})
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// handler serves metrics and profiles, for the loopback listener.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// storeMetrics reads the database when it is asked.
type storeMetrics struct {
	store *store.Store
	now   func() time.Time
}

var (
	descState = prometheus.NewDesc("babyshield_agency_state", "1 for the state that the agency's feed is in.", []string{"agency", "state"}, nil)
	descRead  = prometheus.NewDesc("babyshield_agency_last_success_timestamp_seconds", "When the agency was last read whole; 0 = never.", []string{"agency"}, nil)
	descNew   = prometheus.NewDesc("babyshield_agency_last_new_timestamp_seconds", "When the agency last had something new; 0 = never.", []string{"agency"}, nil)
	descJobs  = prometheus.NewDesc("babyshield_jobs", "Jobs that are due or running, at most 10000.", []string{"state"}, nil)
	descUp    = prometheus.NewDesc("babyshield_database_up", "1 if the database answered.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c *storeMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descState, descRead, descNew, descJobs, descUp} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. It has no context of the request, so
// it has a deadline of its own.
func (c *storeMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	states, err := c.store.Agencies(ctx)
	if err != nil {
		gauge(descUp, 0)
		return
	}
	due, running, err := c.store.Pending(ctx)
	if err != nil {
		gauge(descUp, 0)
		return
	}
	gauge(descUp, 1)
	gauge(descJobs, float64(due), "due")
	gauge(descJobs, float64(running), "running")
	for _, s := range states {
		gauge(descState, 1, s.Code, string(s.State(c.now())))
		gauge(descRead, unix(s.LastSuccess), s.Code)
		gauge(descNew, unix(s.LastNew), s.Code)
	}
}

func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.Unix())
}
