namespace CellVitCluster.Store.Cells;

/// <summary>Something wrong with a store.</summary>
/// <param name="File">Path inside the store, with forward slashes.</param>
/// <param name="Message">What was found and what was expected; a sentence.</param>
public sealed record StoreFinding(string File, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}: {Message}";
}
