package import ArgumentParser
import Gherkin

package struct GherkinMatchCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "match", abstract: "Match a step's text and print its arguments.",
        discussion: "Exit code 1 without a match, 2 for an invalid expression or parameter type. -- ends options.")

    @Flag(help: "EXPR is a regular expression, not a Cucumber Expression.")
    var regexp = false

    @Option(help: "Define a type, NAME=REGEXP; again for an alternative.")
    var parameterType: [String] = []

    @Argument(help: "The expression.")
    var expression: String

    @Argument(help: "The text of a step.")
    var text: String

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        do throws(ExpressionError) {
            let types = try types()
            let step =
                regexp
                ? try StepExpression(regexp: expression, types) : try StepExpression(cucumber: expression, types)
            let arguments = try step.match(text)
            context.print(ExpressionMessages.match(arguments))
            return arguments == nil ? ClientExit.failed : ClientExit.passed
        } catch {
            context.print(ExpressionMessages.error(error.message))
            return ClientExit.couldNotRun
        }
    }

    private func types() throws(ExpressionError) -> ParameterTypes {
        var types = ParameterTypes()
        var defined: [(name: String, regexps: [String])] = []
        for definition in parameterType {
            let parts = definition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            let (name, regexp) = parts.count == 2 ? (parts[0], parts[1]) : (definition, "")
            if let index = defined.firstIndex(where: { $0.name == name }) {
                defined[index].regexps.append(regexp)
            } else {
                defined.append((name, [regexp]))
            }
        }
        for (name, regexps) in defined { try types.define(name, regexps: regexps) }
        return types
    }

    package func validate() throws {
        for definition in parameterType where !definition.utf8.contains(UInt8(ascii: "=")) {
            throw ValidationError("--parameter-type '\(definition)' is not NAME=REGEXP")
        }
    }
}

package struct GherkinExpressionCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "expression", abstract: "Print what a Cucumber Expression is made of.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case tokens, ast, regexp
    }

    @Option(help: "What to print: tokens, ast or regexp.")
    var format: Format

    @Argument(help: "The expression.")
    var expression: String

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        do throws(ExpressionError) {
            switch format {
            case .tokens: context.print(ExpressionMessages.tokens(try ExpressionToken.tokens(of: expression)))
            case .ast: context.print(ExpressionMessages.tree(try ExpressionNode(parsing: expression)))
            case .regexp:
                let step = try StepExpression(cucumber: expression, ParameterTypes())
                context.print(ExpressionMessages.regexp(step.regexp))
            }
            return ClientExit.passed
        } catch {
            context.print(ExpressionMessages.error(error.message))
            return ClientExit.couldNotRun
        }
    }
}

package struct GherkinTagsCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "tags", abstract: "Say whether a tag expression is true for tags.",
        discussion: "Exit code 1 when it is false, 2 when it is invalid. -- ends options.")

    @Argument(help: "The tag expression.")
    var expression: String

    @Argument(help: "Tags, with their @.")
    var tags: [String] = []

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        do throws(TagFilterError) {
            let filter = try TagFilter(parsing: expression)
            let result = filter.matches(tags)
            context.print(ExpressionMessages.tags(filter, result: result))
            return result ? ClientExit.passed : ClientExit.failed
        } catch {
            context.print(ExpressionMessages.error(error.message))
            return ClientExit.couldNotRun
        }
    }
}
