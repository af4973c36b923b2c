// Temporal's web pages, with the settings that are the only argument.
package main

import (
	"log"
	"os"

	"github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
	"gopkg.in/yaml.v3"
)

func main() {
	settings := &config.Config{}
	if err := yaml.Unmarshal([]byte(os.Args[1]), settings); err != nil {
		log.Fatal(err)
	}
	if err := server.NewServer(server_options.WithConfigProvider(settings)).Start(); err != nil {
		log.Fatal(err)
	}
}
