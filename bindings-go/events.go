package mutls

// #include "glue.h"
import "C"

import (
	"context"
	"encoding/json"
	"log"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"weak"
)

// An Event is something that happened to the connections or the certificates of a client: docs/events.md. What does
// not apply is empty or nil; nothing in it is secret.
type Event struct {
	// "connected", "connect_failed", "handshake_failed", "retried", "identity_expiring" or "server_expiring"; a later
	// version may have others.
	Name string
	// How much it matters.
	Level slog.Level
	// The whole of it in one line.
	Message string
	// The host and port of the URL.
	Host string
	Port int
	// TLSv1.2 or TLSv1.3.
	Version string
	// Whether an earlier session was resumed.
	Resumed bool
	// The name of our identity: the one that was sent, or that expires.
	Identity string
	// Days until our certificate, or the one that expires, ends; negative when past.
	DaysLeft *int
	// Days until the server's certificate ends.
	ServerDaysLeft *int
	// Whose certificate expires, when, and its SHA-256.
	Subject  string
	NotAfter time.Time
	SHA256   string
	// How long it took.
	Duration time.Duration
	// The name of the error's code, where in the call it came up, who ended it, and what to do.
	Code, Phase, Origin, Hint string
}

// String is the message.
func (e Event) String() string { return e.Message }

// UnmarshalJSON reads the library's JSON.
func (e *Event) UnmarshalJSON(text []byte) error {
	var fields struct {
		Event, Level, Message, Host, Version, Identity, Subject, SHA256, Code, Phase, Origin, Hint string

		Port           int
		Resumed        bool
		DaysLeft       *int      `json:"days_left"`
		ServerDaysLeft *int      `json:"server_days_left"`
		NotAfter       time.Time `json:"not_after"`
		DurationMS     float64   `json:"duration_ms"`
	}
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "warning": slog.LevelWarn, "error": slog.LevelError}
	*e = Event{
		Name: fields.Event, Level: levels[fields.Level], Message: fields.Message, Host: fields.Host, Port: fields.Port,
		Version: fields.Version, Resumed: fields.Resumed, Identity: fields.Identity, DaysLeft: fields.DaysLeft,
		ServerDaysLeft: fields.ServerDaysLeft, Subject: fields.Subject, NotAfter: fields.NotAfter, SHA256: fields.SHA256,
		Duration: time.Duration(fields.DurationMS * float64(time.Millisecond)),
		Code:     fields.Code, Phase: fields.Phase, Origin: fields.Origin, Hint: fields.Hint,
	}
	return nil
}

// Log makes a hook for Client.Observe that hands each event to a logger.
func Log(logger *slog.Logger) func(Event) {
	return func(e Event) {
		if !logger.Enabled(context.Background(), e.Level) {
			return
		}
		attributes := []slog.Attr{slog.String("event", e.Name)}
		if e.Host != "" {
			attributes = append(attributes, slog.String("host", e.Host), slog.Int("port", e.Port))
		}
		for _, days := range []struct {
			name  string
			value *int
		}{{"days_left", e.DaysLeft}, {"server_days_left", e.ServerDaysLeft}} {
			if days.value != nil {
				attributes = append(attributes, slog.Int(days.name, *days.value))
			}
		}
		for _, text := range [][2]string{
			{"version", e.Version}, {"identity", e.Identity}, {"subject", e.Subject}, {"code", e.Code},
			{"phase", e.Phase}, {"origin", e.Origin}, {"hint", e.Hint},
		} {
			if text[1] != "" {
				attributes = append(attributes, slog.String(text[0], text[1]))
			}
		}
		logger.LogAttrs(context.Background(), e.Level, e.Message, attributes...)
	}
}

// An observer is the hook of a client. It lies in the Client, so that the goroutine that calls it, which knows the
// client weakly, keeps neither.
type observer struct {
	hook  atomic.Pointer[func(Event)]
	begin sync.Once
}

// Observe has hook told what happens to the client's connections and certificates, in place of any hook before; nil
// ends that. Identities that expire soon (Config.ExpiryWarningDays) are told at once.
//
//	client.Observe(mutls.Log(slog.Default()))
//
// The hook runs on a goroutine of its own, one event after the other; where it falls behind by more than 1,024, events are
// dropped. A panic in it is logged. It keeps the client from nothing, not from being collected either.
func (c *Client) Observe(hook func(Event)) error {
	defer runtime.KeepAlive(c)
	var failure *C.mutls_error
	if hook == nil {
		c.observer.hook.Store(nil)
		stress()
		if C.mutls_client_observe(c.handle, nil, 0, &failure) != C.MUTLS_OK {
			return takeError(failure)
		}
		return nil
	}
	queue, fault := c.completions()
	if fault != nil {
		return fault
	}
	c.observer.hook.Store(&hook)
	c.observer.begin.Do(func() { go pass(queue, weak.Make(c)) })
	stress()
	// Calls have ids from 1 on.
	if C.mutls_client_observe(c.handle, queue.handle, 0, &failure) != C.MUTLS_OK {
		return takeError(failure)
	}
	return nil
}

// pass hands events to the hook until the client is gone.
func pass(queue *queue, client weak.Pointer[Client]) {
	for {
		select {
		case <-queue.ended:
			return
		case text := <-queue.events:
			tell(client, text)
		}
	}
}

func tell(client weak.Pointer[Client], text []byte) {
	known := client.Value()
	if known == nil {
		return
	}
	hook := known.observer.hook.Load()
	var event Event
	if hook == nil || json.Unmarshal(text, &event) != nil {
		return
	}
	defer func() {
		if fault := recover(); fault != nil {
			log.Printf("mutls: the hook of Client.Observe panicked: %v\n%s", fault, debug.Stack())
		}
	}()
	(*hook)(event)
}
