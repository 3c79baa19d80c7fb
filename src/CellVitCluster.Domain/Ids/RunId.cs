namespace CellVitCluster.Domain.Ids;

/// <summary>One analysis of one slide: a digest of slide content, output name, model and parameters, so that the same command continues the same run.</summary>
/// <param name="Value">32 lower-case hexadecimal digits.</param>
public readonly record struct RunId(string Value)
{
    /// <summary>First 8 digits, for people.</summary>
    public string Short => Value[..8];

    /// <inheritdoc/>
    public override string ToString() => Value;
}
