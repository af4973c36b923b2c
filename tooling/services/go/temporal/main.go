// Temporal's command line, which holds a server for development.
package main

import (
	"context"

	"github.com/temporalio/cli/temporalcli"
)

func main() {
	temporalcli.Execute(context.Background(), temporalcli.CommandOptions{})
}
