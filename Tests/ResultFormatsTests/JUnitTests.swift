import Testing

@testable import ResultFormats

@Suite struct JUnitTests {
    @Test func suitesAreLevelsAndTestsHaveTheirTimes() throws {
        let read = Reading(
            .junit,
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE testsuites>
            <testsuites name="all" tests="3" failures="1">
              <testsuite name="outer" timestamp="2024-05-01T10:00:00.250+02:00" hostname="box">
                <testcase classname="a.B" name="one" time="1,234.5" file="b.py" line="7"/>
                <testsuite name="inner">
                  <testcase classname="a.B" name="two" time="0,25"><failure message="no &lt;go&gt;" type="E">at x
            at y</failure></testcase>
                </testsuite>
                <testcase name="three" time="-1"/>
              </testsuite>
            </testsuites>
            """)
        #expect(read.ended == nil)
        #expect(read.lines == ["passed one", "failed two", "passed three"])
        let (one, two, three) = (read.results[0], read.results[1], read.results[2])
        #expect(one.className == "a.B")
        #expect(one.suitePath == ["outer"])
        #expect(one.durationMs == 1_234_500)
        #expect(one.startedAt == 1_714_550_400_250)
        #expect(one.file == "b.py")
        #expect(one.metadata == [ReadPair("line", "7")])
        #expect(two.suitePath == ["outer", "inner"])
        #expect(two.durationMs == 250)
        #expect(two.startedAt == nil)
        #expect(two.error == ReadError(type: "E", message: "no <go>", stack: "at x\nat y"))
        #expect(three.durationMs == 0)
        #expect(three.flags == ["negativeDuration"])
        #expect(!read.facts.contains { $0.name == "countMismatch" })
    }

    @Test func aCountThatIsNotTrueIsAFact() {
        let read = Reading(.junit, "<testsuite name='s' tests='3' failures='0'><testcase name='a'/></testsuite>")
        #expect(read.facts == [ReadPair("countMismatch", "s: tests=3, read 1")])
    }

    @Test func flakyAndRerunElementsAreEarlierTries() throws {
        let read = Reading(
            .junit,
            """
            <testsuite name="s" tests="2" failures="1">
            <testcase name="flaky" classname="C" time="0.5">
              <flakyFailure message="first" type="T" time="0.1"><stackTrace>trace 1</stackTrace><system-out>out 1</system-out></flakyFailure>
              <flakyError message="second"><stackTrace>trace 2</stackTrace></flakyError>
              <system-out>last</system-out>
            </testcase>
            <testcase name="broken" classname="C">
              <failure message="a">x</failure><rerunFailure message="b"><stackTrace>y</stackTrace></rerunFailure>
            </testcase>
            </testsuite>
            """)
        #expect(read.lines == ["failed flaky", "error flaky", "passed flaky", "failed broken", "failed broken"])
        #expect(read.results.map(\.attempt) == [1, 2, 3, 1, 2])
        #expect(read.results[0].error == ReadError(type: "T", message: "first", stack: "trace 1"))
        #expect(read.results[0].standardOutput == "out 1")
        #expect(read.results[0].durationMs == 100)
        #expect(read.results[2].standardOutput == "last")
        #expect(read.results[2].error == nil)
        #expect(read.results[4].error == ReadError(message: "a", stack: "x"))
        #expect(read.facts.isEmpty)
    }

    @Test func aFaultBeatsASkip() {
        let read = Reading(
            .junit,
            """
            <testsuite><testcase name="a" status="disabled"><error message="e"/></testcase>
            <testcase name="b"><skipped message="why" type="pytest.xfail"/><failure/></testcase>
            <testcase name="c"><skipped message="why" type="pytest.skip">where</skipped></testcase>
            <testcase name="d" status="notrun"/></testsuite>
            """)
        #expect(read.lines == ["error a", "failed b", "skipped c", "skipped d"])
        #expect(read.results[1].rawStatus == nil)
        #expect(read.results[2].rawStatus == "pytest.skip")
        #expect(read.results[2].error == ReadError(message: "why", stack: "where"))
        #expect(read.results[3].rawStatus == "notrun")
    }

    @Test func aFaultOfASuiteIsATestOfItsOwn() {
        let read = Reading(
            .junit,
            "<testsuites><testsuite name='db'><error message='no set-up'>trace</error><system-out>hi</system-out></testsuite></testsuites>"
        )
        #expect(read.lines == ["error db (suite)"])
        #expect(read.results[0].suitePath == ["db"])
        #expect(read.results[0].error == ReadError(message: "no set-up", stack: "trace"))
        #expect(read.facts == [ReadPair("system-out", "hi")])
    }

    @Test func propertiesOutputAndAttachmentsStayWithTheirTest() {
        let read = Reading(
            .junit,
            """
            <testsuite name="s"><properties><property name="os" value="linux"/></properties>
            <testcase name="a"><properties><property name="owner" value="me"/><property name="long">text</property></properties>
            <system-out><![CDATA[before
            [[ATTACHMENT|out/shot 1.png]]
            ]]></system-out><system-err>[[ATTACHMENT|C:\\t\\b.zip]]</system-err></testcase></testsuite>
            """)
        #expect(read.facts == [ReadPair("property.os", "linux")])
        #expect(read.results[0].metadata == [ReadPair("owner", "me"), ReadPair("long", "text")])
        #expect(
            read.results[0].attachments == [
                ReadAttachment(name: "shot 1.png", path: "out/shot 1.png"),
                ReadAttachment(name: "b.zip", path: "C:\\t\\b.zip"),
            ])
        #expect(read.results[0].standardOutput.hasPrefix("before\n[[ATT"))
    }

    @Test func namesMayBeMissing() {
        let read = Reading(
            .junit, "<testsuite><testcase classname='K'/><testcase/><testcase name='' time='x'/></testsuite>")
        #expect(read.lines == ["passed K", "passed unnamed", "passed unnamed"])
        #expect(read.results.allSatisfy { $0.suitePath.isEmpty && $0.durationMs == nil })
    }

    @Test(arguments: ["<testsuites/>", "<testsuite name='e'/>", "<testsuites></testsuites>"])
    func anEmptyFileHasNoTests(_ text: String) {
        #expect(Reading(.junit, text) == Reading(.junit, text, piece: 1))
        #expect(Reading(.junit, text).items.isEmpty)
    }

    @Test func aFileThatComesByteByByteIsTheSame() {
        let text =
            "<testsuite name='ü'><testcase name='a &#8364;'><failure message='m'>é\ntext</failure></testcase></testsuite>"
        #expect(Reading(.junit, text, piece: 1) == Reading(.junit, text))
        #expect(Reading(.junit, text).results[0].name == "a €")
    }
}
