namespace CellVitCluster.Api.Hosting;

/// <summary>Where the HTTP server listens, which files its clients may name, and its limits.</summary>
public sealed record ApiOptions
{
    /// <summary>Port that is used when none is given.</summary>
    public const int DefaultPort = 8437;

    /// <summary>Address that is used when none is given: this machine alone, because there are no accounts.</summary>
    public const string DefaultHost = "127.0.0.1";

    /// <summary>IP address to listen on, or <c>localhost</c>.</summary>
    public string Host { get; init; } = DefaultHost;

    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Folders inside which slides, lists and regions must lie; absolute.</summary>
    public required IReadOnlyList<string> SlideRoots { get; init; }

    /// <summary>Folder inside which cell stores are written; absolute.</summary>
    public required string OutputRoot { get; init; }

    /// <summary>Folders inside which models and classifiers must lie that are named by path; absolute.</summary>
    public IReadOnlyList<string> ModelRoots { get; init; } = [];

    /// <summary>Slides of one batch. A batch is one list on the coordinator: what does not fit goes into another.</summary>
    public int MaxSlides { get; init; } = 20_000;

    /// <summary>Bytes of one request. 20,000 slides with paths of 200 characters are 5 MB.</summary>
    public long MaxRequestBytes { get; init; } = 16 << 20;

    /// <summary>Time after which a question to the cluster is asked again: the actor that was to answer may have moved.</summary>
    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time after which a query is given up.</summary>
    public TimeSpan QueryPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time after which a command is given up; longer than the coordinator takes to move from a lost node to another.</summary>
    public TimeSpan CommandPatience { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Time that requests under way get to finish when the node is stopped.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);
}
