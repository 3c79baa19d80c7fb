using System.Collections.Immutable;
using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Cluster.Admission;

/// <summary>A batch as the coordinator knows it: some 0.5 KB per slide, and one copy of what all slides share. Immutable.</summary>
/// <param name="Opening">What was asked for.</param>
/// <param name="OpenedAt">When, in ms since 1970-01-01 UTC.</param>
/// <param name="Order">Place in the order of submissions.</param>
public sealed record AdmittedBatch(OpenBatch Opening, long OpenedAt, long Order)
{
    /// <summary>A value of <see cref="RunPriority"/>, as last set for the whole batch.</summary>
    public int Priority { get; init; } = Opening.Priority;

    /// <summary>When a slide last changed its standing, in ms since 1970-01-01 UTC.</summary>
    public long ChangedAt { get; init; } = OpenedAt;

    /// <summary>It was cancelled as a whole before all its slides were listed: those that still come are cancelled too.</summary>
    public bool CancelsArriving { get; init; }

    /// <summary>Slides listed so far.</summary>
    public ImmutableList<BatchEntry> Entries { get; private init; } = [];

    /// <summary>Slides that wait for admission, the next one first.</summary>
    public ImmutableSortedSet<WaitingSlide> Waiting { get; private init; } = [];

    /// <summary>Numbers of slides by standing.</summary>
    public BatchTally Tally { get; private init; }

    /// <summary>Whether all slides are listed; only then the batch counts.</summary>
    public bool IsComplete => Entries.Count == Opening.SlideCount;

    /// <summary>Whether nothing is left to do for it.</summary>
    public bool IsOver => IsComplete && Tally.Waiting == 0 && Tally.Active == 0;

    /// <summary>With more slides at the end.</summary>
    internal AdmittedBatch List(IReadOnlyCollection<BatchSlide> slides) =>
        List([.. slides.Select(slide => new BatchEntry(slide) { Priority = Priority, Standing = CancelsArriving ? SlideStanding.Cancelled : SlideStanding.Waiting })]);

    /// <summary>With more entries at the end, wherever they stand.</summary>
    internal AdmittedBatch List(IReadOnlyCollection<BatchEntry> entries)
    {
        BatchTally tally = Tally;
        foreach (BatchEntry entry in entries)
        {
            tally = tally.With(entry.Standing, +1);
        }

        int first = Entries.Count;
        return this with
        {
            Entries = Entries.AddRange(entries),
            Waiting = Waiting.Union(entries.Select((entry, i) => (entry, i))
                .Where(e => e.entry.Standing == SlideStanding.Waiting)
                .Select(e => new WaitingSlide(e.entry.Priority, first + e.i))),
            Tally = tally,
        };
    }

    /// <summary>With another state of one slide.</summary>
    internal AdmittedBatch With(int number, BatchEntry entry, long at)
    {
        BatchEntry before = Entries[number];
        ImmutableSortedSet<WaitingSlide> waiting = Waiting;
        if (before.Standing == SlideStanding.Waiting)
        {
            waiting = waiting.Remove(new WaitingSlide(before.Priority, number));
        }

        if (entry.Standing == SlideStanding.Waiting)
        {
            waiting = waiting.Add(new WaitingSlide(entry.Priority, number));
        }

        return this with
        {
            Entries = Entries.SetItem(number, entry),
            Waiting = waiting,
            Tally = Tally.With(before.Standing, -1).With(entry.Standing, +1),
            ChangedAt = Math.Max(ChangedAt, at),
        };
    }
}

/// <summary>A slide of a batch as the coordinator knows it. Immutable.</summary>
/// <param name="Slide">What was asked for.</param>
public sealed record BatchEntry(BatchSlide Slide)
{
    /// <summary>A value of <see cref="RunPriority"/>.</summary>
    public int Priority { get; init; }

    /// <summary>Where it stands.</summary>
    public SlideStanding Standing { get; init; }

    /// <summary>Its run, or null while it has none.</summary>
    public string? RunId { get; init; }

    /// <summary>Why it was refused before it had a run, or null.</summary>
    public FailureMessage? Failure { get; init; }
}

/// <summary>Where a slide of a batch stands. Stored; values are never reused.</summary>
public enum SlideStanding
{
    /// <summary>Waits for admission.</summary>
    Waiting = 0,

    /// <summary>Its run is not finished.</summary>
    Active = 1,

    /// <summary>Its cell store is published.</summary>
    Published = 2,

    /// <summary>Refused or given up.</summary>
    Quarantined = 3,

    /// <summary>Cancelled by a user.</summary>
    Cancelled = 4,
}

/// <summary>A waiting slide; sorts by priority, the highest first, then by number.</summary>
/// <param name="Priority">A value of <see cref="RunPriority"/>.</param>
/// <param name="Entry">Number in the batch, from 0.</param>
public readonly record struct WaitingSlide(int Priority, int Entry) : IComparable<WaitingSlide>
{
    /// <inheritdoc/>
    public int CompareTo(WaitingSlide other) => Priority != other.Priority ? other.Priority.CompareTo(Priority) : Entry.CompareTo(other.Entry);

    /// <summary>Goes first.</summary>
    public static bool operator <(WaitingSlide left, WaitingSlide right) => left.CompareTo(right) < 0;

    /// <summary>Goes later.</summary>
    public static bool operator >(WaitingSlide left, WaitingSlide right) => left.CompareTo(right) > 0;

    /// <summary>Goes first or is the same.</summary>
    public static bool operator <=(WaitingSlide left, WaitingSlide right) => left.CompareTo(right) <= 0;

    /// <summary>Goes later or is the same.</summary>
    public static bool operator >=(WaitingSlide left, WaitingSlide right) => left.CompareTo(right) >= 0;
}

/// <summary>Numbers of slides by standing.</summary>
public readonly record struct BatchTally(int Waiting, int Active, int Published, int Quarantined, int Cancelled)
{
    /// <summary>With some more or less of one standing.</summary>
    internal BatchTally With(SlideStanding standing, int change) => standing switch
    {
        SlideStanding.Waiting => this with { Waiting = Waiting + change },
        SlideStanding.Active => this with { Active = Active + change },
        SlideStanding.Published => this with { Published = Published + change },
        SlideStanding.Quarantined => this with { Quarantined = Quarantined + change },
        _ => this with { Cancelled = Cancelled + change },
    };
}
