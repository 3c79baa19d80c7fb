using CellVitCluster.Cluster.Serialization;
using MessagePack;

namespace CellVitCluster.Cluster.Runs;

/// <summary>The state of a run as it is stored, so that old events need not be kept. Never sent, so not bound to 64 KiB.</summary>
/// <param name="Specification">The run.</param>
/// <param name="Submission">Number of the submission being worked on.</param>
/// <param name="Phase">A value of <see cref="RunPhase"/>.</param>
/// <param name="Slide">Slide properties, or null before the survey.</param>
/// <param name="Plan">Tile plan, or null before the survey.</param>
/// <param name="Tiles">Settled tiles.</param>
/// <param name="Publication">What was published, or null.</param>
/// <param name="Failure">Why the run was given up, or null.</param>
/// <param name="Granted">Attempts of mergers that were allowed to publish, the latest last.</param>
[MessagePackObject]
public sealed record SlideRunSnapshot(
    [property: Key(0)] RunSpecification? Specification,
    [property: Key(1)] int Submission,
    [property: Key(2)] int Phase,
    [property: Key(3)] SlideMessage? Slide,
    [property: Key(4)] PlanMessage? Plan,
    [property: Key(5)] StoredOutcomes Tiles,
    [property: Key(6)] Publication? Publication,
    [property: Key(7)] FailureMessage? Failure,
    [property: Key(8)] IReadOnlyList<string> Granted) : IClusterMessage;

/// <summary>Settled tiles as columns, some 55 bytes per tile.</summary>
/// <param name="Tiles">Row-major numbers in the order the tiles were settled.</param>
/// <param name="Digests">SHA-256 of the result files, 32 bytes per tile; zeros for failed tiles.</param>
/// <param name="Cells">Cells in the results.</param>
/// <param name="Profiles">Numeric profiles.</param>
/// <param name="ProfileOf">Number of each tile's profile.</param>
/// <param name="Seconds">Read, network, detection and write seconds of each tile, as little-endian single precision.</param>
/// <param name="Failures">Reasons of the failed tiles by place in the list.</param>
[MessagePackObject]
public sealed record StoredOutcomes(
    [property: Key(0)] int[] Tiles,
    [property: Key(1)] byte[] Digests,
    [property: Key(2)] int[] Cells,
    [property: Key(3)] IReadOnlyList<string> Profiles,
    [property: Key(4)] int[] ProfileOf,
    [property: Key(5)] byte[] Seconds,
    [property: Key(6)] IReadOnlyDictionary<int, FailureMessage> Failures)
{
    private const int DigestBytes = 32;
    private const int SecondsBytes = 4 * sizeof(float);

    /// <summary>From a list.</summary>
    public static StoredOutcomes From(TileOutcomes outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        int count = outcomes.Count;
        var stored = new StoredOutcomes(
            new int[count], new byte[count * DigestBytes], new int[count], new List<string>(), new int[count], new byte[count * SecondsBytes], new Dictionary<int, FailureMessage>());
        var profiles = (List<string>)stored.Profiles;
        var failures = (Dictionary<int, FailureMessage>)stored.Failures;
        for (int i = 0; i < count; i++)
        {
            TileOutcome outcome = outcomes[i];
            stored.Tiles[i] = outcome.Tile;
            stored.Cells[i] = outcome.Cells;
            if (outcome.Failure is not null)
            {
                failures[i] = outcome.Failure;
            }
            else
            {
                Convert.FromHexString(outcome.Digest, stored.Digests.AsSpan(i * DigestBytes, DigestBytes), out _, out _);
            }

            int profile = profiles.IndexOf(outcome.Profile);
            if (profile < 0)
            {
                profile = profiles.Count;
                profiles.Add(outcome.Profile);
            }

            stored.ProfileOf[i] = profile;
            Span<byte> seconds = stored.Seconds.AsSpan(i * SecondsBytes, SecondsBytes);
            BitConverter.TryWriteBytes(seconds, (float)outcome.Seconds.Read);
            BitConverter.TryWriteBytes(seconds[4..], (float)outcome.Seconds.Network);
            BitConverter.TryWriteBytes(seconds[8..], (float)outcome.Seconds.Detection);
            BitConverter.TryWriteBytes(seconds[12..], (float)outcome.Seconds.Write);
        }

        return stored;
    }

    /// <summary>As a list.</summary>
    public TileOutcomes ToOutcomes()
    {
        var outcomes = new TileOutcome[Tiles.Length];
        for (int i = 0; i < outcomes.Length; i++)
        {
            FailureMessage? failure = Failures.GetValueOrDefault(i);
            ReadOnlySpan<byte> seconds = Seconds.AsSpan(i * SecondsBytes, SecondsBytes);
            outcomes[i] = new TileOutcome(
                Tiles[i],
                failure is null ? Convert.ToHexStringLower(Digests.AsSpan(i * DigestBytes, DigestBytes)) : string.Empty,
                Cells[i],
                Profiles[ProfileOf[i]],
                new StageSeconds(
                    BitConverter.ToSingle(seconds), BitConverter.ToSingle(seconds[4..]), BitConverter.ToSingle(seconds[8..]), BitConverter.ToSingle(seconds[12..])),
                failure);
        }

        return TileOutcomes.Empty.Add(outcomes);
    }
}
