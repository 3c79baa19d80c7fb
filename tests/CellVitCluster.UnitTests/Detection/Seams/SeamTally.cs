namespace CellVitCluster.UnitTests.Detection.Seams;

/// <summary>A slide of nuclei on seams, merged and compared with the truth.</summary>
internal sealed record SeamTally
{
    /// <summary>Nuclei on the slide.</summary>
    public int Nuclei { get; set; }

    /// <summary>Nuclei that are not separated, or not found, even where all around them is seen at once.</summary>
    public int Inseparable { get; set; }

    /// <summary>Nuclei that an analyzed tile saw whole.</summary>
    public int SeenWhole { get; set; }

    /// <summary>Nuclei of which the analyzed tiles together saw at least nine tenths, none of them all.</summary>
    public int SeenInParts { get; set; }

    /// <summary>Nuclei of which the analyzed tiles saw something, but less than nine tenths: the rest lies in missing or failed tiles.</summary>
    public int PartlyHidden { get; set; }

    /// <summary>Those of them that a cell shows.</summary>
    public int PartlyHiddenFound { get; set; }

    /// <summary>Nuclei that lie in missing or failed tiles altogether.</summary>
    public int Hidden { get; set; }

    /// <summary>Cells of all tiles.</summary>
    public int TileCells { get; set; }

    /// <summary>Cells of the slide.</summary>
    public int SlideCells { get; set; }

    /// <summary>Cells of the slide under which no nucleus lies.</summary>
    public int Invented { get; set; }

    /// <summary>Time in the merger alone.</summary>
    public TimeSpan MergerTime { get; set; }

    /// <summary>Nuclei that keep a distance from the others.</summary>
    public SeamFaults Apart { get; } = new();

    /// <summary>Nuclei that touch another one.</summary>
    public SeamFaults Touching { get; } = new();

    /// <summary>The first faults in words.</summary>
    public List<string> Examples { get; } = [];
}
