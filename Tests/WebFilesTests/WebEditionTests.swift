import Testing
import WebFiles

@Suite struct WebEditionTests {
    private static let index = """
        <link rel="stylesheet" href="/v/0/css/one.css">
        <link rel="stylesheet" href="/v/0/css/two.css">
        <script type="module" src="/v/0/js/app.js"></script>
        <link rel="modulepreload" href="/v/0/js/api.js">
        <link rel="modulepreload" href="/v/0/js/pages/first.js">
        <body>
        """
    private static let sources = [
        "index.html": index, "css/one.css": "a {}", "css/two.css": "b {}",
        "js/app.js": """
        import { get, put as set } from "./api.js";
        const pages = [() => import("./pages/first.js"), () => import("./pages/other.js")];
        export const app = { get, set, pages };
        """,
        "js/api.js": "export async function get() { return 1; }\nexport function put() {}\nexport class Problem {}",
        "js/pages/first.js": """
        import {
          get,
        } from "../api.js";
        export default class First { load() { return get(); } }
        """,
        "js/pages/other.js": """
        import "../extra.js";
        import { get } from "../api.js";
        import "./first.js";
        export default class Other { again() { return import("./first.js"); } }
        """,
        "js/extra.js": "export const more = 2;",
        "js/events-worker.js": "import { alone } from \"./alone.js\";\nalone();",
        "js/alone.js": "export const alone = () => 3;",
    ]

    private func edition(_ change: (inout [String: String]) -> Void = { _ in }) throws -> [String: String] {
        var sources = Self.sources
        change(&sources)
        return try WebEdition(sources, version: "abc").files
    }

    private func fault(_ path: String, _ text: String?) -> String? {
        do {
            _ = try edition { $0[path] = text }
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `the document names one style sheet, one script and its version`() throws {
        let files = try edition()
        #expect(
            files["index.html"] == """
                <link rel="stylesheet" href="/v/abc/css/all.css">
                <script type="module" src="/v/abc/js/start.js"></script>
                <body>
                """)
        #expect(files["css/all.css"] == "a {}\nb {}")
    }

    @Test func `what the document names is joined in the order it is needed in`() throws {
        let start = try #require(try edition()["js/start.js"])
        #expect(
            start == """
                const $api = (() => {
                async function get() { return 1; }
                function put() {}
                class Problem {}
                return { get, put, Problem };
                })();
                const $pages_first = (() => {
                const { get, } = $api;
                class First { load() { return get(); } }
                return { default: First };
                })();
                const $app = (() => {
                const { get, put: set } = $api;
                const pages = [() => Promise.resolve($pages_first), () => import("./pages/other.js")];
                const app = { get, set, pages };
                return { app };
                })();
                export { $api, $pages_first, $app };

                """)
    }

    @Test func `another module takes from the joined file what is in it, and loads the rest`() throws {
        let other = try #require(try edition()["js/pages/other.js"])
        #expect(
            other == """
                import "../extra.js";
                import { $api } from "../start.js";
                const { get } = $api;
                import "../start.js";
                class Other { again() { return import("../start.js").then(({ $pages_first }) => $pages_first); } }
                export { Other as default };

                """)
        #expect(try edition()["js/extra.js"] == "const more = 2;\nexport { more };\n")
    }

    @Test func `the worker stands alone, and what it is made of stays as it is`() throws {
        let files = try edition()
        let worker = try #require(files["js/events-worker.js"])
        #expect(worker.hasPrefix("const $alone = ") && worker.contains("const { alone } = $alone;\nalone();"))
        #expect(!worker.contains("export"))
        #expect(files["js/api.js"] == nil, "what is joined is not written a second time")
    }

    @Test func `what it cannot read it names`() {
        let faults = [
            fault("js/api.js", "export { get } from \"./x.js\";"),
            fault("js/api.js", "export default class extends X {}"),
            fault("js/api.js", "import * as all from \"./alone.js\";"),
            fault("js/api.js", "import { a }\nfrom './alone.js'"),
            fault("js/api.js", "import \"../../outside.js\";"),
            fault("js/api.js", "import { a } from \"./alone.js\" with {};"),
            fault("js/app.js", "const at = import(\"./api.js\";"), fault("js/api.js", nil),
            fault("js/pages/first.js", "const at = import.meta.url;"),
            fault("js/api.js", "import \"./pages/first.js\";"),
            fault("js/api.js", "import { alone } from \"./alone.js\";"),
            fault("css/two.css", nil), fault("index.html", nil),
        ]
        #expect(
            faults == [
                "js/api.js exports something that cannot be read: { get } from \"./x.js\";",
                "js/api.js exports something that cannot be read: default class extends X {}",
                "js/api.js imports something else than names: * as all from \"./alone.js\";",
                "js/api.js has an import without an end", "js/api.js imports from outside: ../../outside.js",
                "js/api.js has an import without an end", "js/app.js has a call of import without an end",
                "js/api.js is missing", "js/pages/first.js asks for its own address and is joined elsewhere",
                "js/api.js imports itself by way of others", "js/api.js imports js/alone.js, which is not joined",
                "css/two.css is missing", "index.html is missing",
            ])
    }
}
