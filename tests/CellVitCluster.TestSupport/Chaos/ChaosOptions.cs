namespace CellVitCluster.TestSupport.Chaos;

/// <summary>Size of a chaos run.</summary>
public sealed record ChaosOptions
{
    /// <summary>Folder for everything; must exist and be empty.</summary>
    public required string Folder { get; init; }

    /// <summary>Decides the plan of faults.</summary>
    public required int Seed { get; init; }

    /// <summary>Number of faults.</summary>
    public required int Faults { get; init; }

    /// <summary>Instead of faults, every node is restarted in order, one after the other; then no tile at all may be computed twice.</summary>
    public bool RollingRestart { get; init; }

    /// <summary>Program that the nodes run before they are restarted, as in an upgrade; null for that of this checkout.</summary>
    public string? FirstExecutable { get; init; }

    /// <summary>The journal's database; owned by the caller.</summary>
    public required IClusterDatabase Database { get; init; }

    /// <summary>Coordinators (with the role api): an odd number, so that a majority exists.</summary>
    public int Coordinators { get; init; } = 3;

    /// <summary>Mergers.</summary>
    public int Mergers { get; init; } = 2;

    /// <summary>Workers.</summary>
    public int Workers { get; init; } = 3;

    /// <summary>Synthetic slides.</summary>
    public int Slides { get; init; } = 4;

    /// <summary>Side of a synthetic slide in px.</summary>
    public int Side { get; init; } = 8_000;

    /// <summary>Further slides, real ones.</summary>
    public IReadOnlyList<string> RealSlides { get; init; } = [];

    /// <summary>Time of one tile on a worker, in ms.</summary>
    public int TileMilliseconds { get; init; } = 700;

    /// <summary>Workers in each process that has some.</summary>
    public int WorkersPerProcess { get; init; } = 1;

    /// <summary>Distance between invented nuclei in px.</summary>
    public int Pitch { get; init; } = 100;

    /// <summary>Whether workers read the pixels of a tile.</summary>
    public bool ReadPixels { get; init; } = true;

    /// <summary>Size of the disk that takes the results.</summary>
    public int DiskMegabytes { get; init; } = 2_000;

    /// <summary>Time after the last fault within which everything must be complete.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);
}
