namespace CellVitCluster.Detection.Compat;

/// <summary>Where in its tile a cell lies, with the codes of the published files (spec/inference.md §11.1).</summary>
public enum ReferenceZone
{
    /// <summary>Inside; never compared with other cells.</summary>
    Center = 0,

    /// <summary>Upper left margin.</summary>
    TopLeft = 1,

    /// <summary>Upper margin.</summary>
    Top = 2,

    /// <summary>Upper right margin.</summary>
    TopRight = 3,

    /// <summary>Right margin.</summary>
    Right = 4,

    /// <summary>Lower right margin.</summary>
    BottomRight = 5,

    /// <summary>Lower margin.</summary>
    Bottom = 6,

    /// <summary>Lower left margin.</summary>
    BottomLeft = 7,

    /// <summary>Left margin.</summary>
    Left = 8,
}
