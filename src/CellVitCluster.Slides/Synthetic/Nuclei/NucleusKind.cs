namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>Kinds of nuclei that are drawn; the numbers are the class ids of the PanNuke taxonomy.</summary>
internal enum NucleusKind
{
    /// <summary>Large, pale, uneven, with nucleoli.</summary>
    Neoplastic = 1,

    /// <summary>Small, round, dark.</summary>
    Inflammatory = 2,

    /// <summary>Slender, along the fibers.</summary>
    Connective = 3,

    /// <summary>Oval, even, in the wall of a gland.</summary>
    Epithelial = 5,
}
