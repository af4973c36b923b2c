// nats-server: its own main cannot be imported.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/nats-io/nats-server/v2/server"
)

func main() {
	flags := flag.NewFlagSet("nats-server", flag.ExitOnError)
	options, err := server.ConfigureOptions(flags, os.Args[1:], flags.Usage, flags.Usage, flags.Usage)
	if err != nil {
		log.Fatal(err)
	}
	instance, err := server.NewServer(options)
	if err != nil {
		log.Fatal(err)
	}
	instance.ConfigureLogger()
	if err := server.Run(instance); err != nil {
		log.Fatal(err)
	}
	instance.WaitForShutdown()
}
