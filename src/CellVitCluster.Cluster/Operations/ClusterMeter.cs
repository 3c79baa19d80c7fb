using System.Diagnostics.Metrics;

namespace CellVitCluster.Cluster.Operations;

/// <summary>
/// The counters of the control plane, of the meter <c>cellvit</c>. Labels are few and small: never a slide, run or worker. Thread-safe.
/// </summary>
public static class ClusterMeter
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "cellvit";

    private static readonly Meter Meter = new(Name);

    /// <summary>Tiles by what happened to them: <c>granted</c>, <c>settled</c>, <c>repeated</c>, <c>retried</c>, <c>failed</c>, <c>reclaimed</c>.</summary>
    public static Counter<long> Tiles { get; } = Meter.CreateCounter<long>("cellvit.tiles", "{tile}", "Tiles by what happened to them.");

    /// <summary>Slides by how they ended: <c>published</c>, <c>quarantined</c>, <c>cancelled</c>.</summary>
    public static Counter<long> Slides { get; } = Meter.CreateCounter<long>("cellvit.slides", "{slide}", "Slides by how they ended.");

    /// <summary>Cells of published stores.</summary>
    public static Counter<long> Cells { get; } = Meter.CreateCounter<long>("cellvit.cells", "{cell}", "Cells of published stores.");

    /// <summary>Area of settled tiles.</summary>
    public static Counter<double> Area { get; } = Meter.CreateCounter<double>("cellvit.area.mm2", "mm2", "Area of analyzed tiles.");

    /// <summary>Leases that ended because their worker fell silent or was lost.</summary>
    public static Counter<long> LeasesExpired { get; } = Meter.CreateCounter<long>("cellvit.leases.expired", "{tile}", "Leases of silent or lost workers.");

    /// <summary>Wall time of a tile per stage: <c>read</c>, <c>network</c>, <c>detection</c>, <c>write</c>.</summary>
    public static Histogram<double> StageDuration { get; } = Meter.CreateHistogram<double>("cellvit.stage.duration", "s", "Wall time of a tile per stage.");

    /// <summary>Messages that could not be understood and were dropped.</summary>
    public static Counter<long> MessagesDropped { get; } = Meter.CreateCounter<long>("cellvit.messages.dropped", "{message}", "Messages that could not be understood.");

    /// <summary>Incidents by kind; see <see cref="IncidentKind"/>.</summary>
    public static Counter<long> Incidents { get; } = Meter.CreateCounter<long>("cellvit.incidents", "{incident}", "What operators read about, by kind.");

    /// <summary>A gauge that is read when somebody collects.</summary>
    /// <param name="name">Full name.</param>
    /// <param name="unit">Unit in UCUM form.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="read">Called on the collector's thread; must be cheap and thread-safe.</param>
    public static ObservableGauge<long> Gauge(string name, string unit, string description, Func<long> read) =>
        Meter.CreateObservableGauge(name, read, unit, description);
}
