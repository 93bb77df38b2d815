// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ContrastCommands

@Suite struct ConfigurationTests {
    @Test func optionsAreThoseOfTheParser() throws {
        let generate = try #require(CommandOptions.of(["generate", "--all", "x.yaml"]))
        #expect(generate.path == ["generate"])
        let profile = try #require(generate["policy-profile"])
        #expect(profile.choices.sorted() == ["compat", "strict"])
        #expect(profile.defaultValue == "strict")
        let keys = try #require(generate["add-workload-owner-key"])
        #expect(keys.isRepeating && !keys.isFlag && keys.letter == "w")
        #expect(generate["locked"]?.isFlag == true)
        for name in ["help", "INSECURE", "genpolicy-cache-path", "config"] { #expect(generate[name] == nil) }
        #expect(CommandOptions.of(["reference-values", "measure", "x"])?.path == ["reference-values", "measure"])
        #expect(CommandOptions.of(["config", "show"]) == nil)
        #expect(CommandOptions.of(["absent"]) == nil)
        #expect(CommandOptions.of([]) == nil)
    }

    @Test func valuesAreThoseGiven() throws {
        let options = try #require(CommandOptions.of(["generate"]))
        func values(_ name: String, _ arguments: String) throws -> [String]? {
            GivenArguments(arguments.split(separator: " ").map(String.init)).values(of: try #require(options[name]))
        }
        #expect(try values("lock", "generate --lock a --lock=b x") == ["a", "b"])
        #expect(try values("lock", "generate --locked x") == nil)
        #expect(try values("lock", "generate -- --lock a") == nil)
        #expect(try values("locked", "generate --locked x") == [])
        #expect(try values("add-workload-owner-key", "generate -w a -dw b x") == ["a", "b"])
        #expect(try values("disable-updates", "generate -dw b x") == [])
        #expect(try values("output", "generate - -o -") == ["-"])
    }

    @Test func theFileIsNamedAnywhere() {
        let before = GivenArguments(["--config", "a.toml", "generate", "x"])
        #expect(before.configuration == "a.toml" && before.arguments == ["generate", "x"])
        let after = GivenArguments(["generate", "--config=b.toml", "x"])
        #expect(after.configuration == "b.toml" && after.arguments == ["generate", "x"])
        let none = GivenArguments(["generate", "--", "--config", "x"])
        #expect(none.configuration == nil && none.arguments == ["generate", "--", "--config", "x"])
    }

    /// Variables that mean something else already.
    @Test func variablesAreFree() {
        let taken: Set = [
            "CONTRAST_CONFIG", "CONTRAST_ALLOW_INSECURE_RUNTIMES", "CONTRAST_METRICS", "CONTRAST_TEST_DATA",
        ]
        let variables = CommandOptions.all().flatMap { $0.options.map(Configuration.variable) }
        #expect(variables.contains("CONTRAST_POLICY_PROFILE"))
        #expect(taken.isDisjoint(with: variables))
    }

    /// Every setting that `config show` prints can be read back.
    @Test func whatIsShownIsAConfiguration() throws {
        let workspace = try Workspace(files: ["contrast.toml": "[lock]\nfrom = ['a \"b\"', 'c']\nno-cache = true\n"])
        defer { workspace.remove() }
        let first = try workspace.contrast("config show", environment: ["CONTRAST_LOG_LEVEL": "warn"])
        try Files.write(first.stdout, to: workspace.path + "/contrast.toml")
        let second = try workspace.contrast("config show")
        func settings(_ result: Subprocess.Result) -> [Substring] {
            String(decoding: result.stdout, as: UTF8.self).split(separator: "\n").map { $0.prefix { $0 != "#" } }
        }
        #expect(settings(first).count > 2)
        #expect(settings(second) == settings(first))
    }

    @Test func theFileIsNoOutput() throws {
        let workspace = try Workspace(files: ["contrast.toml": "[generate]\nlocked = true\n", "app.yaml": "a: b\n"])
        defer { workspace.remove() }
        let result = try workspace.contrast("generate -o contrast.toml app.yaml", status: 64)
        #expect(result.errorText.contains("the configuration"))
    }
}
