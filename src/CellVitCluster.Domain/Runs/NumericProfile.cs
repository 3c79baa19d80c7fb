namespace CellVitCluster.Domain.Runs;

/// <summary>
/// What decides the last bits of a worker's numbers. Two workers of one profile produce identical maps for identical pixels; between
/// profiles results agree within the golden tolerances only.
/// </summary>
/// <param name="Value">For example <c>cpu/fp32/direct/threads=2/avx512</c>.</param>
public readonly record struct NumericProfile(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
