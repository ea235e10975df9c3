package main

import (
	"encoding/json"
	"net/http"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/mutls/mutls/bindings-go"
)

func clientOf(document json.RawMessage, files map[string]string) (*mutls.Client, error) {
	if document == nil {
		document = json.RawMessage("{}")
	}
	secrets := map[string][]byte{}
	for name, path := range files {
		bytes, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		secrets[name] = bytes
	}
	var tree map[string]any
	var config mutls.Config
	if json.Unmarshal(document, &tree) == nil && (&filler{secrets}).fill(reflect.ValueOf(&config).Elem(), tree) {
		return mutls.New(config)
	}
	return mutls.NewFromJSON(document, secrets)
}

// A filler puts a config document into Go's structures, and says no where they have no place for it: unknown keys,
// wrong types, a zero that stands for the default.
type filler struct{ secrets map[string][]byte }

func (f *filler) fill(target reflect.Value, tree map[string]any) bool {
	for key, value := range tree {
		field := fieldOf(target, key)
		if !field.IsValid() || !f.set(field, value) || field.IsZero() {
			return false
		}
	}
	return true
}

func fieldOf(target reflect.Value, key string) reflect.Value {
	for i := range target.NumField() {
		name, _, _ := strings.Cut(target.Type().Field(i).Tag.Get("mutls"), ",")
		if name == key {
			return target.Field(i)
		}
	}
	return reflect.Value{}
}

func (f *filler) set(field reflect.Value, value any) bool {
	if object, ok := value.(map[string]any); ok && len(object) == 1 {
		if name, ok := object["ref"].(string); ok {
			bytes, known := f.secrets[name]
			if !known || !isBytes(field) {
				return false
			}
			field.Set(reflect.ValueOf(bytes).Convert(field.Type()))
			return true
		}
	}
	switch field.Interface().(type) {
	case time.Duration:
		return setDuration(field, value)
	case []byte:
		text, ok := value.(string)
		field.SetBytes([]byte(text))
		return ok
	case http.Header, map[string][]string:
		return f.setLists(field, value)
	}
	switch field.Kind() {
	case reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
		if text, ok := value.(string); ok && field.Type().Elem().Kind() == reflect.Struct {
			// A proxy's URL.
			return f.set(fieldOf(field.Elem(), "url"), text)
		}
		return f.set(field.Elem(), value)
	case reflect.Struct:
		object, ok := value.(map[string]any)
		return ok && f.fill(field, object)
	case reflect.Slice:
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		field.Set(reflect.MakeSlice(field.Type(), len(list), len(list)))
		for i, one := range list {
			if !f.set(field.Index(i), one) {
				return false
			}
		}
		return true
	case reflect.Int, reflect.Int64:
		number, ok := value.(float64)
		field.SetInt(int64(number))
		return ok
	}
	found := reflect.ValueOf(value)
	if !found.IsValid() || found.Kind() != field.Kind() {
		return false
	}
	field.Set(found.Convert(field.Type()))
	return true
}

func isBytes(field reflect.Value) bool {
	return field.Kind() == reflect.String || field.Type() == reflect.TypeFor[[]byte]()
}

func setDuration(field reflect.Value, value any) bool {
	if value == nil {
		field.SetInt(int64(mutls.NoLimit))
		return true
	}
	ms, ok := value.(float64)
	field.SetInt(int64(ms * float64(time.Millisecond)))
	return ok && ms >= 0 && ms < 1e9
}

func (f *filler) setLists(field reflect.Value, value any) bool {
	object, ok := value.(map[string]any)
	lists := map[string][]string{}
	for name, one := range object {
		var list []string
		if !f.set(reflect.ValueOf(&list).Elem(), one) {
			return false
		}
		lists[name] = list
	}
	field.Set(reflect.ValueOf(lists).Convert(field.Type()))
	return ok
}
