namespace CellVitCluster.Detection;

/// <summary>Checks once per tile what the kernels rely on.</summary>
internal static class MapsGuard
{
    /// <summary>Throws when a map does not have one element per pixel.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static void Check(NetworkMaps maps)
    {
        int pixels = maps.Width * maps.Height;
        if (pixels == 0
            || maps.Nucleus.Length != pixels
            || maps.Horizontal.Length != pixels
            || maps.Vertical.Length != pixels
            || maps.Class.Length != pixels
            || (maps.NucleusProbability is { } probability && probability.Length != pixels)
            || (maps.ClassProbability is { } planes && planes.Any(plane => plane.Length != pixels)))
        {
            throw new ArgumentException(
                $"Maps of {maps.Width} × {maps.Height} px need {pixels} elements each, got nucleus {maps.Nucleus.Length}, "
                + $"horizontal {maps.Horizontal.Length}, vertical {maps.Vertical.Length}, class {maps.Class.Length}, "
                + $"probability {maps.NucleusProbability?.Length ?? pixels}, "
                + $"class probabilities {string.Join(", ", maps.ClassProbability?.Select(plane => plane.Length) ?? [])}.",
                nameof(maps));
        }
    }
}
