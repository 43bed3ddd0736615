package channel

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/babyshield/babyshield"
)

// mailServer is the operator's mail server. It is driven command by command
// rather than by go-mail's Client, because the outcome of a failure depends on
// how far the conversation had come, which that Client's errors do not tell
// (a lost connection is neither temporary nor not there).
type mailServer struct {
	host, port     string
	user, password string
	security       string // starttls, implicit or none
	loopback       bool
	hello          string
	tls            *tls.Config
}

const (
	startTLS    = "starttls" // the default: encrypted after STARTTLS, or not at all
	implicitTLS = "implicit" // encrypted from the first byte
	noTLS       = "none"     // clear text; the default on this machine itself
)

const (
	quitTimeout = 2 * time.Second // for the courtesy of QUIT, when all is decided
	maxAnswers  = 1 << 20         // bytes that a mail server may say in one conversation
)

var helloName = regexp.MustCompile(`^[A-Za-z0-9:.\[\]-]{1,255}$`)

// newMailServer reads the configuration; nil without an error if there is none.
// Its errors never repeat the URL, which holds a password.
func newMailServer(cfg Config) (*mailServer, error) {
	if cfg.SMTP == "" {
		return nil, nil
	}
	u, err := url.Parse(cfg.SMTP)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return nil, badServer("want smtp://user:password@host:port or smtps://..., with special characters percent-encoded")
	}
	m := &mailServer{host: u.Hostname(), port: u.Port(), user: u.User.Username(), hello: cfg.HelloName, loopback: isLoopback(u.Hostname())}
	m.password, _ = u.User.Password()
	for key := range u.Query() {
		if key != "tls" {
			return nil, badServer("the only parameter is tls=starttls, tls=implicit or tls=none")
		}
	}
	if m.security, err = security(u, m.loopback); err != nil {
		return nil, err
	}
	if m.security == noTLS && m.user != "" && !m.loopback {
		return nil, badServer("a password is not sent in clear text to another machine; drop tls=none")
	}
	if m.port == "" {
		m.port = map[string]string{startTLS: "587", implicitTLS: "465", noTLS: "25"}[m.security]
	}
	if m.hello == "" {
		m.hello = hostname()
	}
	if !helloName.MatchString(m.hello) {
		return nil, babyshield.Errorf(babyshield.Invalid, "The name that we give to the mail server must be a host name.")
	}
	m.tls = &tls.Config{ServerName: m.host, RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12}
	return m, nil
}

func security(u *url.URL, loopback bool) (string, error) {
	asked := u.Query().Get("tls")
	switch {
	case u.Scheme == "smtps" && (asked == "" || asked == implicitTLS):
		return implicitTLS, nil
	case u.Scheme == "smtps":
		return "", badServer("smtps:// is encrypted from the start; use smtp:// for another tls parameter")
	case asked == "" && loopback:
		return noTLS, nil
	case asked == "":
		return startTLS, nil
	case asked == startTLS, asked == implicitTLS, asked == noTLS:
		return asked, nil
	}
	return "", badServer("the only parameter is tls=starttls, tls=implicit or tls=none")
}

func badServer(why string) error {
	return babyshield.Errorf(babyshield.Invalid, "The mail server's address cannot be used: %s.", why)
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || (err == nil && ip.IsLoopback())
}

func hostname() string {
	if name, err := os.Hostname(); err == nil && helloName.MatchString(name) {
		return name
	}
	return "localhost"
}

// phase is how far a conversation with a mail server has come.
type phase int

const (
	connecting phase = iota // until we are greeted, encrypted and signed in
	sender
	recipient
	asking  // DATA was said, nothing of the message
	sending // the message is on its way, perhaps whole
)

func (p phase) String() string {
	return [...]string{
		"connecting to the mail server", "naming the sender", "naming the recipient", "asking to send", "sending",
	}[p]
}

// send makes one conversation: one connection, one recipient, one message.
func (m *mailServer) send(ctx context.Context, from, to string, raw []byte) babyshield.Result {
	secrets := []string{to, to[:strings.LastIndexByte(to, '@')], m.password, m.user}
	at, answer, err := m.converse(ctx, from, to, raw)
	if err == nil {
		return babyshield.Result{Outcome: babyshield.OutcomeAccepted, Detail: redact("accepted: "+answer, secrets...)}
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("%w (%w)", context.Cause(ctx), err)
	}
	return babyshield.Result{Outcome: outcome(at, err), Detail: redact(at.String()+": "+err.Error(), secrets...)}
}

// converse returns the answer to the message, or how far it came and the error.
func (m *mailServer) converse(ctx context.Context, from, to string, raw []byte) (phase, string, error) {
	conn, err := m.dial(ctx)
	if err != nil {
		return connecting, "", err
	}
	defer conn.Close() //nolint:errcheck // what matters was answered or lost before
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	c, err := m.greet(ctx, conn)
	if err != nil {
		return connecting, "", err
	}
	at, answer, err := transact(c, from, to, raw)
	// The message's fate is settled. QUIT is a courtesy to a server that answers,
	// and must not cost time.
	if stop() && (err == nil || errors.As(err, new(*textproto.Error))) {
		_ = conn.SetDeadline(time.Now().Add(quitTimeout))
		_ = c.Quit()
	}
	return at, answer, err
}

// transact says MAIL, RCPT and DATA.
func transact(c *smtp.Client, from, to string, raw []byte) (phase, string, error) {
	if err := c.Mail("<" + from + ">"); err != nil {
		return sender, "", err
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return recipient, "", err
	}
	w, err := c.Data()
	if err != nil {
		return asking, "", err
	}
	if _, err := w.Write(raw); err != nil {
		return sending, "", err
	}
	if err := w.Close(); err != nil {
		return sending, "", err
	}
	answer := ""
	if d, ok := w.(*smtp.DataCloser); ok {
		answer = d.ServerResponse()
	}
	return sending, answer, nil
}

func (m *mailServer) dial(ctx context.Context) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(m.host, m.port))
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return &cappedConn{Conn: conn, left: maxAnswers}, nil
}

// greet reads the greeting, encrypts and signs in.
func (m *mailServer) greet(ctx context.Context, conn net.Conn) (*smtp.Client, error) {
	if m.security == implicitTLS {
		secured := tls.Client(conn, m.tls)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		conn = secured
	}
	c, err := smtp.NewClient(conn, m.host)
	if err != nil {
		return nil, err
	}
	// Our mail is ASCII throughout. To ask for SMTPUTF8 would only let a server
	// further on refuse it.
	c.SkipSMTPUTF8(true)
	if err := c.Hello(m.hello); err != nil {
		return nil, err
	}
	if m.security == startTLS {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return nil, errors.New("the mail server offers no encryption (STARTTLS)")
		}
		if err := c.StartTLS(m.tls); err != nil {
			return nil, err
		}
	}
	return c, m.signIn(c)
}

// signIn is reached in clear text on a loopback address only: see newMailServer.
func (m *mailServer) signIn(c *smtp.Client) error {
	if m.user == "" {
		return nil
	}
	_, offered := c.Extension("AUTH")
	for mechanism := range strings.FieldsSeq(strings.ToUpper(offered)) {
		switch mechanism {
		case "PLAIN":
			return c.Auth(smtp.PlainAuth("", m.user, m.password, m.host, m.loopback))
		case "LOGIN":
			return c.Auth(smtp.LoginAuth(m.user, m.password, m.host, m.loopback))
		}
	}
	return errors.New("the mail server offers no way to sign in that we know (PLAIN or LOGIN)")
}

// cappedConn ends a conversation in which the other side talks without end.
type cappedConn struct {
	net.Conn
	left int
}

func (c *cappedConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, fmt.Errorf("the mail server said more than %d bytes: %w", maxAnswers, io.ErrUnexpectedEOF)
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}
