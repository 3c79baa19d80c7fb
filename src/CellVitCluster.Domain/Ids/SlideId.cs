namespace CellVitCluster.Domain.Ids;

/// <summary>Content of a slide file: a digest of its length and of samples over the whole file, independent of its name.</summary>
/// <param name="Value">32 lower-case hexadecimal digits.</param>
public readonly record struct SlideId(string Value)
{
    /// <summary>First 8 digits, for people.</summary>
    public string Short => Value[..8];

    /// <inheritdoc/>
    public override string ToString() => Value;
}
