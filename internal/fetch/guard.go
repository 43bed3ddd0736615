package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// maxRedirects within one host: a trailing slash, a moved file. More is a loop.
const maxRedirects = 3

var errRedirect = errors.New("the answer redirects to another host")

// dialGuard sees the address that is really dialled, after DNS.
type dialGuard func(network, address string, conn syscall.RawConn) error

// guardPublic lets through public addresses at the web's own ports.
func guardPublic() dialGuard { return ssrf.New().Safe }

// guardOverride also lets through this machine, at any port, and with private
// the operator's own networks.
func guardOverride(private bool) dialGuard {
	v4 := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	v6 := []netip.Prefix{netip.MustParsePrefix("::1/128")}
	if private {
		v4 = append(v4, netip.MustParsePrefix("10.0.0.0/8"),
			netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"))
		v6 = append(v6, netip.MustParsePrefix("fc00::/7"))
	}
	return ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...)).Safe
}

func newHTTPClient(t Timeouts, guard dialGuard) *http.Client {
	dialer := &net.Dialer{Timeout: t.Dial, Control: guard}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy of the environment would dial for us, past the guard
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    t.TLS,
			ResponseHeaderTimeout:  t.Header,
			MaxResponseHeaderBytes: 64 << 10,
			DisableCompression:     true,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        t.Total,
		},
		CheckRedirect: sameHost,
	}
}

// sameHost follows a redirect only where it stays at the host that was asked:
// anything else may be a takeover, and the allow-list was for the first host.
func sameHost(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if req.URL.Scheme != first.Scheme || !strings.EqualFold(req.URL.Host, first.Host) {
		return errRedirect
	}
	if len(via) > maxRedirects {
		return errors.New("the answer redirects too often")
	}
	return nil
}

// route tells where a request really goes, and by which client.
func (c *Client) route(r Request) (string, *http.Client, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return "", nil, errors.New("the address cannot be read") // err would show it whole
	}
	if u.Scheme != "https" || u.User != nil || u.Port() != "" {
		return "", nil, fmt.Errorf("%q is not a plain https address", Redact(r.URL))
	}
	if !slices.Contains(r.Hosts, strings.ToLower(u.Hostname())) {
		return "", nil, fmt.Errorf("%q is not a host of %s", u.Hostname(), r.Agency)
	}
	base, ok := c.bases[r.Agency]
	if !ok {
		return u.String(), c.public, nil
	}
	u.Scheme, u.Host, u.User = base.Scheme, base.Host, base.User
	u.Path = strings.TrimSuffix(base.Path, "/") + u.Path
	u.RawPath = ""
	return u.String(), c.override, nil
}
