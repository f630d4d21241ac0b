/// How the page that stands alone looks; the colours are those of the product.
enum HTMLStyle {
    static let text = """
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --text: light-dark(#1c1a17, #f1eee9); \
        --dim: light-dark(#5f5a52, #b3aca1); --line: light-dark(#e4dfd7, #37332d); --paper: light-dark(#fffefb, #161412); \
        --passed: light-dark(#146c43, #56c596); --failed: light-dark(#b3261e, #ff8a80); --timeout: light-dark(#8a5a00, #f0b44c); \
        --aborted: light-dark(#5b4b8a, #c0aef5); --idle: light-dark(#5f5a52, #b3aca1); }
        body { margin: 0; background: var(--paper); color: var(--text); }
        main { max-width: 960px; margin: 0 auto; padding: 32px 20px 64px; }
        h1 { font-size: 1.6rem; margin: 4px 0 16px; overflow-wrap: anywhere; } h1 a { color: inherit; }
        h2 { font-size: 1.1rem; margin: 32px 0 12px; } h3 { font-size: 1rem; margin: 0 0 6px; overflow-wrap: anywhere; }
        .verdict { font-weight: 700; text-transform: capitalize; margin: 0; font-size: 1.2rem; }
        svg { display: block; max-width: 100%; height: 28px; } .counts span { margin-right: 10px; }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 10px 20px; margin: 16px 0 0; }
        dt { color: var(--dim); font-size: .8rem; } dd { margin: 0; overflow-wrap: anywhere; }
        article { border: 1px solid var(--line); border-left: 3px solid var(--failed); border-radius: 6px; padding: 14px 16px; \
        margin-bottom: 12px; }
        .why { margin: 0 0 8px; overflow-wrap: anywhere; white-space: pre-wrap; } .hint, small, footer { color: var(--dim); }
        ol { padding-left: 24px; margin: 8px 0; } li { overflow-wrap: anywhere; }
        summary { padding: 6px 0; cursor: pointer; }
        pre { overflow: auto; max-height: 420px; padding: 12px; border: 1px solid var(--line); border-radius: 6px; \
        font: 12.5px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; } th, td { text-align: left; padding: 6px 8px; \
        border-top: 1px solid var(--line); font-weight: 400; overflow-wrap: anywhere; vertical-align: top; }
        thead th { color: var(--dim); font-size: .8rem; border: 0; } .num { text-align: right; white-space: nowrap; }
        .passed { color: var(--passed); fill: var(--passed); } .failed { color: var(--failed); fill: var(--failed); }
        .timeout { color: var(--timeout); fill: var(--timeout); } .aborted { color: var(--aborted); fill: var(--aborted); }
        .idle { color: var(--idle); fill: var(--idle); } footer { margin-top: 40px; font-size: .85rem; }
        @media print { pre { max-height: none; } article, tr { break-inside: avoid; } }
        """
}
