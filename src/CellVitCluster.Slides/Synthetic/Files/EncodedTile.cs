namespace CellVitCluster.Slides.Synthetic.Files;

/// <summary>One tile of the file, ready to be written.</summary>
/// <param name="Level">Level, 0 is the largest.</param>
/// <param name="Column">Column in that level's tile grid.</param>
/// <param name="Row">Row in that level's tile grid.</param>
/// <param name="Jpeg">A complete JPEG stream of 256 × 256 px.</param>
internal readonly record struct EncodedTile(int Level, int Column, int Row, byte[] Jpeg);
