/// The version of the whole: server, agent and command line are made together.
package let assayVersion = "0.1.0"
