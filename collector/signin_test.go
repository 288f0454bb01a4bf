package collector

import (
	"bytes"
	"encoding/json"
	"log/slog"
)

func logged(v any) string {
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("signed in", "with", v)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("signed in", "with", v)
	return out.String()
}

func jsonOf(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}
