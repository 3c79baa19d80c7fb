namespace CellVitCluster.Domain.Runs;

/// <summary>Whose rules decide where the published program has a defect.</summary>
public enum CompatibilityMode
{
    /// <summary>Ours: order-free, placement-independent, bounded memory.</summary>
    Default = 0,

    /// <summary>The published program's, defects included, for comparison (<c>--compat reference</c>).</summary>
    Reference = 1,
}
