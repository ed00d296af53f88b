//go:build js

package main

import (
	"context"
	"errors"
	"io"
	"syscall/js"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/worker/mirror"
)

// A bucket is the mirror.Store over R2. Its operations are functions of glue.mjs: github.com/syumai/workers has no conditional
// writes, checksums, ranges or prefixes.
type bucket struct{ glue js.Value }

// await waits for a promise. It is called on a goroutine of the request's, never on the event loop's.
func await(promise js.Value) (js.Value, error) {
	type settled struct {
		value js.Value
		err   error
	}
	done := make(chan settled, 1)
	fulfilled := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- settled{value: args[0]}
		return nil
	})
	rejected := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- settled{err: failure(args[0])}
		return nil
	})
	defer fulfilled.Release()
	defer rejected.Release()
	promise.Call("then", fulfilled, rejected)
	s := <-done
	return s.value, s.err
}

// failure turns what a promise was rejected with into an error: glue.mjs names those that a Store tells apart.
func failure(reason js.Value) error {
	if reason.Type() != js.TypeObject {
		return errors.New("worker: rejected")
	}
	if reason.Get("name").String() == "TimeoutError" {
		return mirror.ErrSlow
	}
	switch text := reason.Get("message").String(); text {
	case "conflict":
		return mirror.ErrConflict
	case "mismatch":
		return mirror.ErrMismatch
	case "slow":
		return mirror.ErrSlow
	case "cut":
		return mirror.ErrCut
	default:
		return errors.New("worker: " + text)
	}
}

func (b bucket) Get(_ context.Context, key string, max int64) (data []byte, version string, err error) {
	object, err := await(b.glue.Call("get", key, max))
	if err != nil {
		return nil, "", err
	}
	if object.IsNull() {
		return nil, "", mirror.ErrNotFound
	}
	return toBytes(object.Get("data")), object.Get("version").String(), nil
}

func (b bucket) Put(_ context.Context, key string, data []byte, version string, meta mirror.Meta) error {
	var modified int64
	if !meta.Modified.IsZero() {
		modified = meta.Modified.UnixMilli()
	}
	_, err := await(b.glue.Call("put", key, toJS(data), version, map[string]any{
		"contentType": meta.ContentType, "etag": meta.ETag, "modified": modified, "gzip": meta.Gzip,
	}))
	return err
}

// PutBlob hands the body on as the stream that it is: R2 itself checks the hash, and Go never sees the bytes.
func (b bucket) PutBlob(_ context.Context, blob revocation.Blob, body io.Reader) error {
	stream, ok := body.(interface{ GetRawJSBody() js.Value })
	if !ok {
		return mirror.ErrCut // no body at all
	}
	_, err := await(b.glue.Call("putBlob", mirror.BlobKey(blob), stream.GetRawJSBody(), int64(blob.Size), blob.Name()))
	return err
}

func (b bucket) HasBlob(_ context.Context, blob revocation.Blob) (bool, error) {
	size, err := await(b.glue.Call("size", mirror.BlobKey(blob)))
	if err != nil {
		return false, err
	}
	return uint64(size.Int()) == blob.Size, nil
}

func (b bucket) Delete(_ context.Context, key string) error {
	_, err := await(b.glue.Call("remove", key))
	return err
}

func (b bucket) List(_ context.Context, prefix string, max int) ([]string, error) {
	list, err := await(b.glue.Call("list", prefix, max))
	if err != nil {
		return nil, err
	}
	keys := make([]string, list.Length())
	for i := range keys {
		keys[i] = list.Index(i).String()
	}
	return keys, nil
}

// origins is the mirror.Fetcher of the Worker.
type origins struct{ glue js.Value }

func (o origins) Fetch(_ context.Context, address string) (io.ReadCloser, int64, error) {
	response, err := await(o.glue.Call("fetch", address))
	if err != nil {
		return nil, 0, err
	}
	return &stream{body: response.Get("body")}, int64(response.Get("size").Int()), nil
}

// A stream is the body of a response. It is read by Go, or handed on to R2 whole.
type stream struct {
	body   js.Value
	reader js.Value
	rest   []byte
}

// GetRawJSBody returns the stream, which must not have been read from. It is called as in github.com/syumai/workers.
func (s *stream) GetRawJSBody() js.Value { return s.body }

func (s *stream) Read(p []byte) (int, error) {
	if s.reader.IsUndefined() {
		s.reader = s.body.Call("getReader")
	}
	for len(s.rest) == 0 {
		chunk, err := await(s.reader.Call("read"))
		if err != nil {
			return 0, err
		}
		if chunk.Get("done").Bool() {
			return 0, io.EOF
		}
		s.rest = toBytes(chunk.Get("value"))
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (s *stream) Close() error {
	if !s.reader.IsUndefined() {
		s.reader.Call("cancel")
	}
	return nil
}

func toBytes(array js.Value) []byte {
	b := make([]byte, array.Get("byteLength").Int())
	js.CopyBytesToGo(b, array)
	return b
}

func toJS(b []byte) js.Value {
	array := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(array, b)
	return array
}

var _ mirror.Store = bucket{}
