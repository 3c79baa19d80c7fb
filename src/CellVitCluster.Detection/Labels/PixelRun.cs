namespace CellVitCluster.Detection.Labels;

/// <summary>Horizontal run of equal pixels in one row.</summary>
internal struct PixelRun
{
    /// <summary>Row of the run.</summary>
    public int Row;

    /// <summary>First column.</summary>
    public int Start;

    /// <summary>First column behind the run.</summary>
    public int End;

    /// <summary>Value the pixels share: the instance id, or 1 for a mask.</summary>
    public int Value;

    /// <summary>Component the run belongs to, counted from 0 in raster order of the components' first pixels.</summary>
    public int Component;

    /// <summary>Number of pixels.</summary>
    public readonly int Length => End - Start;
}
