// swift-tools-version: 6.2
import PackageDescription

// Floors, bottom to top: C shims, ground, shapes, features, flows, doors, programs.
// A target imports only what stands below it; bin/check-floors compares this file with the import lines.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies + [argumentParser], swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "assay",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        // 0 C
        .systemLibrary(name: "CFastCGI", pkgConfig: "fcgi", providers: [.apt(["libfcgi-dev"])]),
        .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CSpawn"),
        // One exec a command: without the Swift runtime that SwiftPM would link, it starts in a third of the time.
        .executableTarget(
            name: "assay-reaper", dependencies: ["CSpawn"], linkerSettings: [.unsafeFlags(["-static-executable"])]),
        // 1 ground
        library("Domain"),
        library("FastCGI", ["CFastCGI"]),
        library("MariaDB", ["CMariaDB", "Domain"]),
        library("Transfer", ["CCurl", crypto]),
        library("Daemon", [logging]),
        library("ResultFormats", ["CExpat"]),
        library("Gherkin"),
        library("WebFiles"),
        library("Archives", ["CZlib"]),
        // 2 shapes
        library("Wire", ["Domain"]),
        library("ReportFormats", ["Domain"]),
        library("Feed", ["Domain", "MariaDB", "Wire"]),
        library("Deliveries", ["Domain", "MariaDB", "Transfer", "Daemon", "Feed"]),
        // 3 features
        library("Identity", ["Domain", "MariaDB", "Wire", "Feed", "CArgon2", crypto, jwt]),
        library("Catalog", ["Domain", "MariaDB", yams]),
        library(
            "Executions",
            ["Domain", "MariaDB", "Wire", "Feed", "ResultFormats", "ReportFormats", "Archives", crypto, heap]),
        library("Reports", ["Domain", "MariaDB", "Wire", "Feed"]),
        library("Alerts", ["Domain", "MariaDB", "Feed", "Transfer", "Wire", "Deliveries"]),
        library("Integrations", ["Domain", "MariaDB", "Wire", "Feed", "Transfer", "Deliveries", crypto]),
        // 4 flows
        library(
            "Flows",
            [
                "Domain", "Feed", "Executions", "Identity", "Catalog", "Integrations", "Alerts", "Reports",
                "Deliveries",
                crypto,
            ]),
        // 5 doors
        library(
            "API",
            [
                "Domain", "Wire", "Feed", "FastCGI", "MariaDB", "Daemon", "Identity", "Catalog", "Executions",
                "ReportFormats", "Reports", "Alerts", "Integrations", "Deliveries", "Transfer", "Flows", crypto,
            ]),
        library("EventStream", ["Domain", "Wire", "FastCGI", "MariaDB", "Daemon", "Identity", "Executions"]),
        library("AgentRuntime", ["Domain", "Wire", "Transfer", "Daemon", "CSpawn"]),
        library("ClientCommands", ["Domain", "Gherkin", "Wire", "Transfer", argumentParser]),
        // 6 programs
        program(
            "assay-server",
            [
                "API", "EventStream", "Domain", "Wire", "Feed", "FastCGI", "MariaDB", "Daemon", "Transfer", "Identity",
                "Catalog", "Executions", "Reports", "Alerts", "Integrations", "Deliveries", "Flows", "WebFiles",
            ]),
        program("assay-agent", ["AgentRuntime", "Daemon"]),
        program("assay", ["ClientCommands"]),
        // beside the measurements of bench/
        .executableTarget(
            name: "bench-readers", dependencies: ["ResultFormats", "CExpat"], path: "bench/readers",
            swiftSettings: strict),
        // tests
        .target(name: "Doubles", path: "Tests/Doubles", swiftSettings: strict),
        .target(name: "Fuzzing", path: "Tests/Fuzzing", swiftSettings: strict),
        .target(
            name: "Support", dependencies: ["MariaDB", "Domain", "Wire", "Feed"], path: "Tests/Support",
            swiftSettings: strict),
        tests("Domain", []),
        tests("FastCGI", []),
        tests("MariaDB", ["Support"]),
        tests("Transfer", ["Doubles"]),
        tests("Daemon", [logging]),
        tests("ResultFormats", ["Fuzzing"], exclude: ["Samples"]),
        tests("Archives", ["Fuzzing"], exclude: ["Samples"]),
        tests("Gherkin", ["Fuzzing"]),
        tests("WebFiles", []),
        tests("ReportFormats", ["Domain"]),
        tests("Wire", ["Domain"]),
        tests("Feed", ["Support", "Domain", "MariaDB", "Wire"]),
        tests("Deliveries", ["Support", "Doubles", "Domain", "MariaDB", "Transfer", "Daemon", logging]),
        tests("Identity", ["Support", "Domain", "MariaDB", crypto]),
        tests("Catalog", ["Support", "Domain", "MariaDB"]),
        tests("Executions", ["Support", "Domain", "MariaDB", "Wire", "Feed", "ResultFormats"]),
        tests("Reports", ["Support", "Domain", "MariaDB", "Feed"]),
        tests("Alerts", ["Support", "Doubles", "Domain", "MariaDB", "Feed", "Transfer", "Deliveries"]),
        tests(
            "Integrations",
            ["Support", "Doubles", "Domain", "MariaDB", "Feed", "Transfer", "Deliveries", crypto]),
        tests("Flows", ["Support", "Domain", "MariaDB", "Identity", "Catalog", "Executions", "Integrations", crypto]),
        tests(
            "API",
            [
                "Support", "Doubles", "Domain", "Wire", "MariaDB", "Feed", "FastCGI", "Daemon", "Identity",
                "Catalog", "Executions", "Reports", "Alerts", "Integrations", "Transfer",
            ]),
        tests("EventStream", ["Support", "Domain", "Wire", "MariaDB", "FastCGI", "Daemon", "Identity", "Executions"]),
        tests("AgentRuntime", ["Doubles", "Domain", "Wire", "Transfer", "Daemon", "CSpawn"]),
        tests("ClientCommands", ["Doubles", "Domain", "Wire", "Transfer"]),
    ]
)
