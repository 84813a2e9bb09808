// How static/js/ is written, in the words of Chromium 87 and Safari 14; `make lint` checks it.
import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2021, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "max-lines": ["error", { max: 250, skipComments: true }],
      "max-lines-per-function": ["error", { max: 40, skipComments: true }],
      "max-len": ["error", { code: 130 }],
      "no-implicit-globals": "error",
      "no-shadow": "error",
      "no-var": "error",
      "prefer-const": "error",
      quotes: ["error", "double", { avoidEscape: true }],
      semi: "error",
      "no-restricted-globals": ["error", "event", "name"],
      "no-restricted-syntax": ["error",
        { selector: "ExportDefaultDeclaration, ExportAllDeclaration", message: "Export by name: scripts are packed by name (ADR 0090)." },
        { selector: "ImportDefaultSpecifier, ImportNamespaceSpecifier", message: "Import by name: scripts are packed by name (ADR 0090)." },
      ],
    },
  },
  {
    files: ["static/js/old.js"],
    languageOptions: { ecmaVersion: 5, sourceType: "script" },
    rules: { "no-var": "off", "prefer-const": "off" },
  },
];
