namespace CellVitCluster.UnitTests.Detection.Seams;

/// <summary>What went wrong with how many nuclei.</summary>
internal sealed record SeamFaults
{
    /// <summary>Nuclei judged: those that are separated where all around them is seen at once.</summary>
    public int Judged { get; set; }

    /// <summary>Shown by two or more cells.</summary>
    public int Doubled { get; set; }

    /// <summary>Seen whole by an analyzed tile, yet the cell has less than nine tenths of the area.</summary>
    public int Cut { get; set; }

    /// <summary>Seen whole by no tile, and the cell has less than nine tenths of what the analyzed tiles saw together.</summary>
    public int Incomplete { get; set; }

    /// <summary>Shown by no cell, although the analyzed tiles saw at least nine tenths of it.</summary>
    public int Lost { get; set; }

    /// <summary>Shares a cell with another nucleus: the cell holds at least a fifth of the nucleus, but more of the other.</summary>
    public int Merged { get; set; }
}
