using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Decoders;

/// <summary>Brings maps to the side of the image where patches of 14 px made another of it. Source: spec/model.md §3.5.</summary>
internal static class MapResize
{
    /// <summary>Bilinear, between centers of pixels, without antialiasing.</summary>
    /// <param name="map"><c>[B, C, h, w]</c>; freed when another tensor is returned.</param>
    /// <param name="height">Wanted height in px.</param>
    /// <param name="width">Wanted width in px.</param>
    /// <returns><c>[B, C, height, width]</c>; the map itself when it has this size.</returns>
    public static Tensor Apply(Tensor map, long height, long width)
    {
        if (map.shape[2] == height && map.shape[3] == width)
        {
            return map;
        }

        Tensor resized = functional.interpolate(map, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
        map.Dispose();
        return resized;
    }
}
