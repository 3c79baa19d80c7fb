namespace CellVitCluster.UnitTests.Detection.Seams;

/// <summary>What a perfect network knows of a nucleus that its tile's border cuts.</summary>
internal enum SeamView
{
    /// <summary>The whole nucleus: its distances are those of the slide, cut.</summary>
    KnowsWholeNucleus,

    /// <summary>The part in the tile: its distances are those of the part.</summary>
    SeesTileOnly,
}
