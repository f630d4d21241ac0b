import ArgumentParser

/// How a run that is followed to its end is told of.
struct FollowOptions: ParsableArguments {
    @Flag(help: "Print the run with its cases as one JSON document at its end, and nothing else.")
    var json = false

    @Option(help: "Write a JUnit XML report to this file at the end.")
    var junit: String?

    @Flag(help: "Ctrl-C cancels the run; without this it only stops watching.")
    var cancelOnInterrupt = false
}
