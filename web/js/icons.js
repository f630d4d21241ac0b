/**
 * Icon shapes, drawn once into the sprite of the shell. A string is one path; anything else is [tag, attributes].
 * Status icons carry their own fills, line icons take the stroke of their place.
 */
export const SHAPES = {
  "i-bell": ["M4 6.5a4 4 0 0 1 8 0c0 4 1.5 4.8 1.5 4.8h-11S4 10.5 4 6.5zM6.5 13.8a1.7 1.7 0 0 0 3 0"],
  "i-bolt": ["M9 1.5L3 9h4.5L7 14.5 13 7H8.5z"],
  "i-branch": [
    ["circle", { cx: "4.5", cy: "3.5", r: "1.7" }],
    ["circle", { cx: "4.5", cy: "12.5", r: "1.7" }],
    ["circle", { cx: "11.5", cy: "5", r: "1.7" }],
    "M4.5 5.2v5.6M11.5 6.7c0 2.6-4.5 2-6.6 4.2",
  ],
  "i-cal": [["rect", { x: "2", y: "3", width: "12", height: "11", rx: "1.5" }], "M2 6.5h12M5 1.5V4M11 1.5V4"],
  "i-cases": ["M2.5 3.5l1.3 1.3L6 2.5M2.5 8.5l1.3 1.3L6 7.5M2.5 13.5l1.3 1.3L6 12.5M8.5 4h5M8.5 9h5M8.5 14h5"],
  "i-channel": ["M14 2.5L1.8 7.2l4.7 2.3L14 2.5zM14 2.5L8.8 14.2 6.5 9.5"],
  "i-clock": [["circle", { cx: "8", cy: "8", r: "6.2" }], "M8 4.5V8l2.3 1.6"],
  "i-commit": [["circle", { cx: "8", cy: "8", r: "2.6" }], "M1.5 8h3.9M10.6 8h3.9"],
  "i-dots": ["M3 8h.01M8 8h.01M13 8h.01"],
  "i-down": ["M4 6l4 4 4-4"],
  "i-download": ["M8 2v8M4.7 7L8 10.3 11.3 7M2.5 13.5h11"],
  "i-file": ["M9 1.5H4A1.5 1.5 0 0 0 2.5 3v10A1.5 1.5 0 0 0 4 14.5h8a1.5 1.5 0 0 0 1.5-1.5V6zM9 1.5V6h4.5"],
  "i-filter": ["M2 3.5h12M4.5 8h7M6.5 12.5h3"],
  "i-image": [
    ["rect", { x: "2", y: "2.5", width: "12", height: "11", rx: "1.5" }],
    "M2.5 11l3.5-3.5 3 3 2-2 3 3M10.5 5.8h.01",
  ],
  "i-info": [["circle", { cx: "8", cy: "8", r: "6.2" }], "M8 7.3v3.7M8 5h.01"],
  "i-link": ["M6.5 9.5l3-3M7 4.5l1.7-1.7a3 3 0 0 1 4.3 4.3L11.5 8.7M9 11.5l-1.7 1.7A3 3 0 0 1 3 9l1.7-1.7"],
  "i-moon": ["M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z"],
  "i-more": ["M2.5 4.5h11M2.5 8h11M2.5 11.5h11"],
  "i-next": ["M6 4l4 4-4 4"],
  "i-projects": [
    ["rect", { x: "2", y: "2", width: "5", height: "5", rx: "1" }], ["rect", { x: "9", y: "2", width: "5", height: "5", rx: "1" }],
    ["rect", { x: "2", y: "9", width: "5", height: "5", rx: "1" }], ["rect", { x: "9", y: "9", width: "5", height: "5", rx: "1" }],
  ],
  "i-play": ["M4.5 2.8v10.4L13 8z"],
  "i-plus": ["M8 3v10M3 8h10"],
  "i-retry": ["M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.8V5h-3.2"],
  "i-rule": ["M2 11.5l3.5-4 3 2.5L14 4M2 14h12M2 2v.01"],
  "i-runs": ["M2 4h8M2 8h5M2 12h5M10.5 8.2v5.6L15 11z"],
  "i-search": [["circle", { cx: "7", cy: "7", r: "4.7" }], "M10.5 10.5L14 14"],
  "i-suites": ["M8 1.8l6.2 3.1L8 8 1.8 4.9zM1.8 8L8 11.1 14.2 8M1.8 11.1L8 14.2l6.2-3.1"],
  "i-x": ["M4 4l8 8M12 4l-8 8"],
  "st-aborted": [
    ["path", { d: "M8 .6L15.4 8 8 15.4.6 8z", fill: "currentColor" }],
    ["path", { d: "M8 4.6v4", stroke: "var(--surface)", "stroke-width": "1.8", "stroke-linecap": "round" }],
    ["circle", { cx: "8", cy: "11.2", r: "1.05", fill: "var(--surface)" }],
  ],
  "st-cancelled": [
    ["circle", { cx: "8", cy: "8", r: "6.2", fill: "none", stroke: "currentColor", "stroke-width": "1.6" }],
    ["path", { d: "M3.7 12.3l8.6-8.6", stroke: "currentColor", "stroke-width": "1.6" }],
  ],
  "st-critical": [
    ["path", { d: "M8 1.2L15.3 14H.7z", fill: "currentColor", stroke: "currentColor", "stroke-width": "1.2",
        "stroke-linejoin": "round" }],
    ["path", { d: "M8 6v3.6", stroke: "var(--surface)", "stroke-width": "1.7", "stroke-linecap": "round" }],
    ["circle", { cx: "8", cy: "11.9", r: "1", fill: "var(--surface)" }],
  ],
  "st-failed": [
    ["path", { d: "M5 1h6l4 4v6l-4 4H5l-4-4V5z", fill: "currentColor" }],
    ["path", { d: "M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8", stroke: "var(--surface)", "stroke-width": "1.7",
        "stroke-linecap": "round" }],
  ],
  "st-flaky": [
    ["path", { d: "M1.5 10.5L4.6 4.6l3.4 6.6 3.4-6.6 3.1 5.9", fill: "none", stroke: "currentColor", "stroke-width": "2",
        "stroke-linecap": "round", "stroke-linejoin": "round" }],
  ],
  "st-passed": [
    ["circle", { cx: "8", cy: "8", r: "7", fill: "currentColor" }],
    ["path", { d: "M4.9 8.3l2.2 2.2 4.1-4.7", fill: "none", stroke: "var(--surface)", "stroke-width": "1.7",
        "stroke-linecap": "round", "stroke-linejoin": "round" }],
  ],
  "st-pending": [
    ["circle", { cx: "8", cy: "8", r: "6.2", fill: "none", stroke: "currentColor", "stroke-width": "1.6",
        "stroke-dasharray": "2.2 2.67" }],
  ],
  "st-retrying": [
    ["path", { d: "M13.6 8a5.6 5.6 0 1 1-1.7-4", fill: "none", stroke: "currentColor", "stroke-width": "1.8",
        "stroke-linecap": "round" }],
    ["path", { d: "M14.6 1.2v4.2h-4.2z", fill: "currentColor" }],
  ],
  "st-running": [
    ["circle", { cx: "8", cy: "8", r: "6.1", fill: "none", stroke: "currentColor", "stroke-opacity": ".25",
        "stroke-width": "1.8" }],
    ["path", { class: "spin", d: "M8 1.9A6.1 6.1 0 0 1 14.1 8", fill: "none", stroke: "currentColor",
        "stroke-width": "1.8", "stroke-linecap": "round" }],
    ["circle", { cx: "8", cy: "8", r: "2.1", fill: "currentColor" }],
  ],
  "st-skipped": [
    ["path", { d: "M3 4l4 4-4 4M8.5 4l4 4-4 4", fill: "none", stroke: "currentColor", "stroke-width": "1.6",
        "stroke-linecap": "round", "stroke-linejoin": "round" }],
  ],
  "st-timeout": [
    ["path", { d: "M2.6 1h10.8v2.6L9.7 8l3.7 4.4V15H2.6v-2.6L6.3 8 2.6 3.6z", fill: "currentColor" }],
    ["path", { d: "M5.4 12.9L8 10.4l2.6 2.5z", fill: "var(--surface)" }],
  ],
  "st-warning": [
    ["path", { d: "M8 1.8L14.8 13.7H1.2z", fill: "none", stroke: "currentColor", "stroke-width": "1.5",
        "stroke-linejoin": "round" }],
    ["path", { d: "M8 6.2v3.2", stroke: "currentColor", "stroke-width": "1.6", "stroke-linecap": "round" }],
    ["circle", { cx: "8", cy: "11.5", r: ".95", fill: "currentColor" }],
  ],
  "i-key": ["M10.5 9.5a4 4 0 1 0-3.4-2L2 12.6V14h2.2v-1.6h1.6v-1.6h1.6zM11.2 5h.01"],
  "i-out": ["M6 2.5H3.5A1 1 0 0 0 2.5 3.5v9a1 1 0 0 0 1 1H6M10.5 11l3-3-3-3M13.5 8H6"],
  "i-check": ["M3.5 8.5l3 3 6-7"],
  "i-wrap": ["M2 4h12M2 8h9.5a2.2 2.2 0 0 1 0 4.4H8.5M10 10.6L8.2 12.4l1.8 1.8M2 12.4h3"],
};
