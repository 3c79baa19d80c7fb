using CellVitCluster.Domain.Units;

namespace CellVitCluster.Domain.Slides;

/// <summary>A slide file as the user named it, with what he says about it.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Mpp">Pixel size of level 0 stated by the user (option or slide list); it wins over the file. Null: ask the file.</param>
/// <param name="Magnification">Objective power stated by the user; reported only, never used for processing.</param>
public sealed record SlideSource(string Path, Mpp? Mpp = null, double? Magnification = null)
{
    /// <summary>File name without its last extension.</summary>
    public string Stem => System.IO.Path.GetFileNameWithoutExtension(Path);
}
