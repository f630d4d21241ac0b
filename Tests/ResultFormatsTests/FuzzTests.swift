import FoundationEssentials
import Fuzzing
import Testing

@testable import ResultFormats

/// Damaged samples, and each by the readers of the other formats: a refusal or an answer, never a trap, and the same in any pieces.
@Suite struct FuzzTests {
    @Test(arguments: ResultFormat.allCases)
    func damagedFilesNeverTrap(_ format: ResultFormat) throws {
        let files = try SampleTests.samples.map {
            try Array(Data(contentsOf: SampleTests.folder.appending(path: $0.0))).prefix(20_000)
        }
        .map(Array.init)
        let own = zip(SampleTests.samples, files).filter { $0.0.1 == format }.map(\.1) + [NDJSONTests.sample]
        for seed in FuzzRounds(150) {
            var mutator = Mutator(seed: seed, others: files)
            let bytes = mutator.mutate(own[Int(seed % UInt64(own.count))])
            _ = DetectFormat.detect(bytes)
            let read = Reading(format, bytes, piece: mutator.pieceBytes())
            if seed % 10 == 0 {
                // What is quoted around the damage is what was at hand, which the pieces decide.
                let whole = Reading(format, bytes)
                #expect(read.items == whole.items, "seed \(seed)")
                #expect(read.ended?.code == whole.ended?.code && read.ended?.line == whole.ended?.line, "seed \(seed)")
            }
            #expect(read.ended?.code != "other", "seed \(seed)")
        }
    }
}
