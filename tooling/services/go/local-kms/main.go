// local-kms on a loopback address alone: its own main listens on every address of the machine.
package main

import (
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/nsmithuk/local-kms/src"
	"github.com/nsmithuk/local-kms/src/config"
	"github.com/nsmithuk/local-kms/src/data"
)

func main() {
	folder, err := os.MkdirTemp("", "local-kms-")
	if err != nil {
		log.Fatal(err)
	}
	config.AWSAccountId = "111122223333"
	config.AWSRegion = "us-east-1"
	config.DatabasePath = folder
	database := data.NewDatabase(folder)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { src.HandleRequest(w, r, database) })
	go func() { log.Print(http.Serve(listener, handler)) }()
	log.Printf("listening on http://%s", listener.Addr())
	// Whoever started this closes standard input, or is gone.
	_, _ = io.Copy(io.Discard, os.Stdin)
	database.Close()
	_ = os.RemoveAll(folder)
}
