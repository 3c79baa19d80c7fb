namespace CellVitCluster.Model;

/// <summary>Which outputs of a network are wanted. What is not wanted is not computed.</summary>
[Flags]
public enum BranchSelection
{
    /// <summary>Tokens only, which are always given.</summary>
    None = 0,

    /// <summary>Nucleus or background, and the regression map where the network has one.</summary>
    Nuclei = 1,

    /// <summary>Horizontal and vertical distances.</summary>
    Distances = 2,

    /// <summary>Class of the nucleus.</summary>
    Classes = 4,

    /// <summary>Tissue of the whole image.</summary>
    Tissue = 8,

    /// <summary>All three maps.</summary>
    Maps = Nuclei | Distances | Classes,

    /// <summary>Everything.</summary>
    All = Maps | Tissue,
}
