package mutls

// #include "glue.h"
import "C"

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unsafe"
)

// A ToolOptions says what a tool reads, how that is opened, and what comes of it; docs/identity-files.md describes each.
// What does not belong to a tool is refused.
type ToolOptions struct {
	// Files by their paths, or PEM text.
	Input []string `mutls:"input"`
	// Bytes of any format, read behind Input.
	Data [][]byte `mutls:"-"`

	// What opens encrypted keys and stores.
	Passphrase        string `mutls:"passphrase,secret"`
	PassphraseEnv     string `mutls:"passphrase_env"`
	PassphraseFile    string `mutls:"passphrase_file"`
	KeyPassphrase     string `mutls:"key_passphrase,secret"`
	KeyPassphraseEnv  string `mutls:"key_passphrase_env"`
	KeyPassphraseFile string `mutls:"key_passphrase_file"`
	// Which key of a store that holds several.
	Alias string `mutls:"alias"`

	// Inspect, Check: a server to ask, and how to reach and trust it.
	URL    string `mutls:"url"`
	Client Config `mutls:"client"`
	// Check, Bundle, Convert: CA certificates that complete the chain: paths, or PEM text.
	CA []string `mutls:"ca"`
	// Check, NeedsRenewal: how soon, such as "30d", "12h" or "2w".
	Within string `mutls:"within"`
	// Bundle, Convert: write the root of the chain too.
	Root bool `mutls:"root"`

	// CreateCSR: such as {"common_name": "services.company.com", "country": "CA"}; a value or a list of them.
	Subject map[string]any `mutls:"subject"`
	// CreateCSR: subject alternative names.
	Names []string `mutls:"names"`
	// CreateCSR: rsa-2048 (the default), rsa-3072, rsa-4096, p-256, p-384 or ed25519.
	Key string `mutls:"key"`
	// CreateCSR: a partner's rules, such as "trulioo".
	Profile       string `mutls:"profile"`
	KeyOutputFile string `mutls:"key_output_file"`
	CSROutputFile string `mutls:"csr_output_file"`

	// Convert: pem, der, pkcs7, pkcs7_der, pkcs8, pkcs12 or jks.
	To string `mutls:"to"`
	// Convert: key, certificate, chain or certificates.
	Only string `mutls:"only"`
	// Convert: PKCS#12 with 3DES and SHA-1, for old Windows and Java.
	Legacy bool `mutls:"legacy"`
	// Convert: PKCS#12 whose integrity rests on PBMAC1 (RFC 9579), where FIPS 140-3 asks for it.
	PBMAC1 bool `mutls:"pbmac1"`
	// Convert: a store of trusted certificates; by default where no key is given.
	Truststore *bool `mutls:"truststore"`
	// Convert: the alias in the store.
	Name string `mutls:"name"`
	// Convert: write a key that was protected without protection.
	Unencrypted bool `mutls:"unencrypted"`

	// CreateCSR, Convert: what protects the key or store that is written.
	NewPassphrase     string `mutls:"new_passphrase,secret"`
	NewPassphraseEnv  string `mutls:"new_passphrase_env"`
	NewPassphraseFile string `mutls:"new_passphrase_file"`
	// Bundle, Convert: where it goes, in place of Output.Parts.
	OutputFile string `mutls:"output_file"`
	// Replace files that are there.
	Overwrite bool `mutls:"overwrite"`
}

// An Output is what a tool gives.
type Output struct {
	// The report, as JSON.
	Report json.RawMessage
	// What was made and not written to a file: "bundle", "csr" and "key", "output".
	Parts map[string][]byte
}

// Inspect tells what files hold, or what the server at URL presents.
func Inspect(options ToolOptions) (*Output, error) { return runTool("inspect", options) }

// Check looks for what will go wrong with an identity: its report has "ok", and "findings" with severity, code, message
// and hint.
func Check(options ToolOptions) (*Output, error) { return runTool("check", options) }

// Match tells whether certificates, keys and requests belong together.
func Match(options ToolOptions) (bool, error) { return answer("match", "matches", options) }

// NeedsRenewal tells whether a certificate expires soon, by default within 30 days: those of Input, and that of the
// server at URL.
func NeedsRenewal(options ToolOptions) (bool, error) {
	return answer("needs_renewal", "needs_renewal", options)
}

// Bundle puts a chain in order, leaf first, and completes it from CA. It makes "bundle".
func Bundle(options ToolOptions) (*Output, error) { return runTool("bundle", options) }

// CreateCSR makes a key and a certificate signing request, "key" and "csr"; or a request for the key that Input is.
func CreateCSR(options ToolOptions) (*Output, error) { return runTool("create_csr", options) }

// Convert writes certificates and keys in another format. It makes "output".
func Convert(options ToolOptions) (*Output, error) { return runTool("convert", options) }

func answer(tool, key string, options ToolOptions) (bool, error) {
	output, err := runTool(tool, options)
	if err != nil {
		return false, err
	}
	var report map[string]any
	if err := json.Unmarshal(output.Report, &report); err != nil {
		return false, err
	}
	return report[key] == true, nil
}

func runTool(tool string, options ToolOptions) (*Output, error) {
	d, err := toolDocument(options)
	if err != nil {
		return nil, refuse(ErrBadOption, "the options cannot be written as JSON: "+err.Error(), "")
	}
	defer d.wipe()
	config, err := document{[]byte("{}"), d.secrets}.config()
	if err != nil {
		return nil, err
	}
	defer C.mutls_config_free(config)
	var handle *C.mutls_output
	var failure *C.mutls_error
	stress()
	if C.mutls_tool_run(config, chars([]byte(tool)), C.size_t(len(tool)), chars(d.json), C.size_t(len(d.json)),
		&handle, &failure) != C.MUTLS_OK {
		return nil, takeError(failure)
	}
	defer C.mutls_output_free(handle)
	return readOutput(handle)
}

func readOutput(handle *C.mutls_output) (*Output, error) {
	output := &Output{Parts: map[string][]byte{}}
	var failure *C.mutls_error
	var text *C.char
	var length C.size_t
	if C.mutls_output_json(handle, &text, &length, &failure) != C.MUTLS_OK {
		return nil, takeError(failure)
	}
	output.Report = C.GoBytes(unsafe.Pointer(text), C.int(length))
	if C.mutls_output_names(handle, &text, &length, &failure) != C.MUTLS_OK {
		return nil, takeError(failure)
	}
	var names []string
	if err := json.Unmarshal(C.GoBytes(unsafe.Pointer(text), C.int(length)), &names); err != nil {
		return nil, err
	}
	for _, name := range names {
		var data *C.uint8_t
		status := C.mutls_output_part(handle, chars([]byte(name)), C.size_t(len(name)), &data, &length, &failure)
		if status != C.MUTLS_OK {
			return nil, takeError(failure)
		}
		output.Parts[name] = C.GoBytes(unsafe.Pointer(data), C.int(length))
	}
	return output, nil
}

func toolDocument(options ToolOptions) (document, error) {
	w := writer{secrets: map[string][]byte{}}
	object := w.structure(reflect.ValueOf(options))
	// What holds a key is attached; a path is not.
	for _, key := range []string{"input", "ca"} {
		if texts, ok := object[key].([]any); ok {
			for i, text := range texts {
				if pem, ok := text.(string); ok && strings.Contains(pem, "-----BEGIN") {
					texts[i] = w.attach([]byte(pem))
				}
			}
		}
	}
	inputs, _ := object["input"].([]any)
	for _, data := range options.Data {
		inputs = append(inputs, w.attach(data))
	}
	if len(inputs) > 0 {
		object["input"] = inputs
	}
	text, err := json.Marshal(object)
	return document{text, w.secrets}, err
}

func (w *writer) attach(data []byte) map[string]string {
	name := "data-" + strconv.Itoa(len(w.secrets))
	w.secrets[name] = append([]byte{}, data...)
	return map[string]string{"ref": name}
}
